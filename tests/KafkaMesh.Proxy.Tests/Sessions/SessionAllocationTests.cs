using KafkaMesh.Proxy.Tests.Decode;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Frames allocate nothing once their series are made: recorded conversations again and again in one session.</summary>
public class SessionAllocationTests
{
    private const int WarmUp = 40;
    private const int Measured = 100;

    public static TheoryData<string> Recordings => [.. RecordedConversationTests.Recordings.Select(row => row.Data).Where(name => !name.StartsWith("tls", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnBytes_RecordedConversationRepeated_AllocatesNothing(string recording)
    {
        var path = Path.Combine(TestPaths.Captures, recording + ".pcap");
        var kafka = RecordedMessage.Read(Path.ChangeExtension(path, ".msgs.tsv")).GroupBy(row => row.Client).ToDictionary(group => group.Key, group => group.Count());
        var measured = 0;
        foreach (var recorded in RecordedConnection.Read(path).Where(recorded => kafka.ContainsKey(recorded.Client) && recorded.HoldsWholeFrames()))
        {
            measured++;
            var connection = new ObservedConnection(traced: false);
            var pieces = recorded.Pieces.ToArray();
            var rounds = Show(connection, pieces, WarmUp);
            Assert.Equal((recorded.Client, 0), (recorded.Client, Allocations.Of(() => rounds += Show(connection, pieces, Measured))));
            Assert.Equal(kafka[recorded.Client] * rounds, connection.Snapshot.Apis.Sum(totals => totals?.Requests ?? 0));
        }

        Assert.InRange(measured, kafka.Count / 2, kafka.Count);
    }

    /// <summary>What the recordings lack: every kind of label in one session, at any cut.</summary>
    [Fact]
    public void OnBytes_TopicsErrorsGroupsClients_AllocatesNothing()
    {
        (RelayFlow Flow, byte[] Bytes)[] pieces =
        [
            (RelayFlow.Request, Wire.Request(18, 3, 1, "app", [5, .. "java"u8, 4, .. "4.1"u8, 0], flexible: true)),
            (RelayFlow.Response, Wire.Response(1, [.. Wire.Int16(35), .. Wire.Int32(0)])),
            (RelayFlow.Request, Wire.Request(11, 0, 2, "app", [.. Wire.String("billing"), .. Wire.Int32(1000), .. Wire.String(""), .. Wire.String("consumer"), .. Wire.Int32(0)])),
            (RelayFlow.Response, Wire.Response(2, [.. Wire.Int16(0), .. Wire.Int32(7), .. Wire.String("range"), .. Wire.String("m"), .. Wire.String("m"), .. Wire.Int32(0)])),
            (RelayFlow.Request, Wire.Heartbeat(3, "app")),
            (RelayFlow.Response, Wire.HeartbeatResponse(3, error: 27)),
            (RelayFlow.Request, Wire.GroupHeartbeat(68, 1, 10, "next", 4)),
            (RelayFlow.Response, Wire.GroupHeartbeatResponse(68, 10, 4)),
            (RelayFlow.Request, Wire.GroupHeartbeat(76, 1, 11, "next", 4)),
            (RelayFlow.Response, Wire.GroupHeartbeatResponse(76, 11, 5)),
            (RelayFlow.Request, Wire.GroupHeartbeat(88, 0, 12, "next", 4)),
            (RelayFlow.Response, Wire.GroupHeartbeatResponse(88, 12, -1, error: 110)),
            (RelayFlow.Request, Wire.Produce(4, 1, "orders", Wire.Batch(10, 1000))),
            (RelayFlow.Response, Wire.ProduceResponse(4, "orders", error: 6)),
            (RelayFlow.Request, Wire.Produce(5, 0, "orders", Wire.Batch(1, 10))),
            (RelayFlow.Request, Wire.Fetch(6)),
            (RelayFlow.Response, Wire.FetchResponse(6, Wire.Batch(3, 500))),
            (RelayFlow.Request, Wire.Request(9_999, 1, 7, "app", [1])),
            (RelayFlow.Response, Wire.Response(7, [1])),
            (RelayFlow.Request, Wire.Request(3, 99, 8, "app", [1, 2, 3], flexible: true)),
            (RelayFlow.Response, Wire.Response(8, [1], flexible: true)),
            (RelayFlow.Request, Wire.Request(36, 1, 9, "app", [.. Wire.Int32(4), 0, 1, 0, 2])),
            (RelayFlow.Response, Wire.Response(9, [.. Wire.Int16(0), .. Wire.Int16(-1), .. Wire.Int32(0), .. Wire.Int64(0)])),
        ];
        var cut = pieces.SelectMany(piece => new[] { (piece.Flow, piece.Bytes[..5]), (piece.Flow, piece.Bytes[5..]) }).ToArray();
        var connection = new ObservedConnection(traced: false);
        var rounds = Show(connection, cut, WarmUp);
        Assert.Equal(0, Allocations.Of(() => rounds += Show(connection, cut, Measured)));
        Assert.Equal((rounds, rounds), (connection.Api(12).Responses, connection.Api(12).ResponsesWithError));
        var series = connection.Snapshot.Series;
        Assert.Equal((2, 2, 2), (series.Topics.Count, series.Groups.Count, series.Clients.ToList().Count));
    }

    /// <returns>How often all pieces were shown.</returns>
    private static int Show(ObservedConnection connection, (RelayFlow Flow, byte[] Bytes)[] pieces, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var (flow, bytes) in pieces)
            {
                if (flow == RelayFlow.Request)
                    connection.Send(bytes.AsSpan());
                else
                    connection.Receive(bytes.AsSpan());
            }
        }

        connection.Sessions.Age(connection.Now);
        return times;
    }
}
