using System.Net.Sockets;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Decode;
using KafkaMesh.Proxy.Tests.Detection;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Every recorded conversation once more through the relay, between real sockets: both ends play back what was recorded.</summary>
public class RecordedReplayTests
{
    public static TheoryData<string> Recordings => RecordedConversationTests.Recordings;

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Replay_OneAfterTheOther_GivesRecordedBytesAndCounts(string recording)
    {
        var metrics = Metrics();
        using var rig = new RelayRig(metrics);
        var connections = RecordedConnection.Read(Path.Combine(TestPaths.Captures, recording + ".pcap"));
        foreach (var connection in connections)
        {
            var (client, broker) = rig.Pair();
            Play(connection, client, broker);
        }

        await AssertCounts(recording, connections, metrics);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Replay_AllAtOnce_GivesRecordedBytesAndCounts(string recording)
    {
        var metrics = Metrics();
        using var rig = new RelayRig(metrics, loops: 1);
        var connections = RecordedConnection.Read(Path.Combine(TestPaths.Captures, recording + ".pcap"));
        var pairs = connections.ConvertAll(_ => rig.Pair());
        for (var step = 0; connections.Exists(connection => step < connection.Pieces.Count); step++)
        {
            foreach (var (connection, (client, broker)) in connections.Zip(pairs))
            {
                if (step < connection.Pieces.Count)
                    Pass(connection.Pieces[step], client, broker);
            }
        }

        foreach (var (client, broker) in pairs)
            End(client, broker);
        await AssertCounts(recording, connections, metrics);
    }

    [Fact]
    public async Task Replay_ForeignProtocols_GivesRecordedBytesAndVerdicts()
    {
        foreach (var recording in ForeignRecording.All())
        {
            var metrics = Metrics();
            using var rig = new RelayRig(metrics);
            var connections = RecordedConnection.Read(recording.File);
            foreach (var connection in connections)
            {
                var (client, broker) = rig.Pair();
                Play(connection, client, broker);
            }

            await AllClosed(metrics, connections.Count);
            var snapshot = metrics.Snapshot();
            Assert.Equal((recording.Name, connections.Count), (recording.Name, snapshot.Connections[(int)recording.Verdict]));
            Assert.Equal((recording.Name, connections.Count), (recording.Name, snapshot.Connections.Sum()));
        }
    }

    [Fact]
    public async Task Replay_ProbeThatSendsNothing_IsSilentAndNoFailure()
    {
        var metrics = Metrics();
        using var rig = new RelayRig(metrics);
        for (var i = 0; i < 3; i++)
        {
            var (client, broker) = rig.Pair();
            client.Close();
            Assert.Empty(broker.ReceiveToEnd());
            broker.Dispose();
        }

        await AllClosed(metrics, 3);
        var snapshot = metrics.Snapshot();
        Assert.Equal((3, 3), (snapshot.Connections[(int)ConnectionProtocol.Silent], snapshot.Connections.Sum()));
        Assert.Equal(0, snapshot.Failures.Sum());
    }

    private static TrafficMetrics Metrics() => new(1, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System);

    private static void Play(RecordedConnection connection, Socket client, Socket broker)
    {
        foreach (var piece in connection.Pieces)
            Pass(piece, client, broker);
        End(client, broker);
    }

    /// <summary>One segment from its sender to the other end, before the next one is sent.</summary>
    private static void Pass((RelayFlow Flow, byte[] Bytes) piece, Socket client, Socket broker)
    {
        var (sender, receiver) = piece.Flow == RelayFlow.Request ? (client, broker) : (broker, client);
        sender.SendAll(piece.Bytes);
        Assert.Equal(piece.Bytes, receiver.ReceiveExactly(piece.Bytes.Length));
    }

    private static void End(Socket client, Socket broker)
    {
        client.Shutdown(SocketShutdown.Send);
        Assert.Empty(broker.ReceiveToEnd());
        broker.Shutdown(SocketShutdown.Send);
        Assert.Empty(client.ReceiveToEnd());
        client.Dispose();
        broker.Dispose();
    }

    /// <summary>The ends see the end of stream before the loop has closed its sockets and told so.</summary>
    private static async Task AllClosed(TrafficMetrics metrics, int connections)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(RelayRig.Deadline);
        while (metrics.Snapshot() is var now && (now.Connections.Sum() < connections || now.Open.Sum() > 0))
            await Task.Delay(1, deadline.Token);
    }

    private static async Task AssertCounts(string recording, List<RecordedConnection> connections, TrafficMetrics metrics)
    {
        await AllClosed(metrics, connections.Count);
        var snapshot = metrics.Snapshot();
        var expected = RecordedMessage.Read(Path.Combine(TestPaths.Captures, recording + ".msgs.tsv"));
        var kafka = expected.Select(row => row.Client).ToHashSet();
        Assert.Equal(connections.Count, snapshot.Connections.Sum());
        Assert.Equal(kafka.Count, snapshot.Connections[(int)ConnectionProtocol.Kafka]);
        Assert.Equal(0, snapshot.Connections[(int)ConnectionProtocol.Opaque]);
        Assert.Equal(connections.Sum(connection => connection.Pieces.Sum(piece => (long)piece.Bytes.Length)), snapshot.RelayBytes.Sum());
        Assert.Equal(expected.Count, snapshot.Apis.Sum(totals => totals?.Requests ?? 0));
        Assert.Equal(0, snapshot.Failures[(int)DecodeFailureReason.MalformedBody]);
        foreach (var api in expected.GroupBy(row => row.ApiKey))
        {
            var totals = snapshot.Api(RelayDirection.Outbound, api.Key)!;
            var answered = api.Count(row => row.ResponseSize is not null);
            Assert.Equal(
                api.GroupBy(row => row.ApiVersion).Select(version => ((int)version.Key, (long)version.Count())).Order(),
                totals.Versions.Select((count, version) => (version, count)).Where(cell => cell.count > 0));
            Assert.Equal(api.Sum(row => (long)row.RequestSize), totals.RequestBytes);
            Assert.Equal((answered, api.Sum(row => (long)(row.ResponseSize ?? 0))), (totals.Responses, totals.ResponseBytes));

            // librdkafka's mock cluster answers Produce with acks=0 all the same.
            var unanswered = api.Count() - answered;
            if (api.Key == 0)
                Assert.True(totals.WithoutResponse >= unanswered && totals.Unanswered.Sum() == 0);
            else
                Assert.Equal((unanswered, 0), (totals.Unanswered.Sum(), totals.WithoutResponse));
            Assert.Equal(0, totals.InFlight);
        }
    }
}
