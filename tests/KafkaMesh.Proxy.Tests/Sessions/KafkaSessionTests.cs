using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

public class KafkaSessionTests
{
    private const short Heartbeat = 12;
    private const short Produce = 0;
    private const short Fetch = 1;

    [Fact]
    public void Responses_InOrder_ArePairedAndTimed()
    {
        var connection = new ObservedConnection { Now = 100 };
        connection.Send(Wire.Heartbeat(5)).Send(Wire.Heartbeat(5));
        connection.Now = 100 + Ticks.From(TimeSpan.FromMilliseconds(3));
        connection.Receive(Wire.HeartbeatResponse(5)).Receive(Wire.HeartbeatResponse(5, error: 27));
        var totals = connection.Api(Heartbeat);
        Assert.Equal((2, 2, 1, 0), (totals.Requests, totals.Responses, totals.ResponsesWithError, totals.InFlight));
        Assert.Equal(6_000_000, totals.Latency[(int)LatencyResult.All]!.SumNanoseconds);
        Assert.Equal(1, totals.Errors[ErrorCells.CellOf(27)]);
        Assert.Equal(2L * (Wire.Heartbeat(5).Length - 4), totals.RequestBytes);
        Assert.Equal(2L * (Wire.HeartbeatResponse(5).Length - 4), totals.ResponseBytes);
    }

    /// <summary>The schema does not tell where acks stands in a version that it does not know: whether responses come does.</summary>
    [Fact]
    public void Request_ProduceOfUnknownVersionNeverAnswered_IsWithoutResponse()
    {
        const int produced = 3 * InFlightRing.ResyncWindow;
        var connection = new ObservedConnection().Send(Wire.Heartbeat(0)).Receive(Wire.HeartbeatResponse(0));
        for (var i = 0; i < produced; i++)
            connection.Send(UnknownProduce(i));
        connection.Send(Wire.Heartbeat(produced)).Receive(Wire.HeartbeatResponse(produced)).Send(UnknownProduce(1)).Close();
        var totals = connection.Api(Produce);
        Assert.Equal((produced + 1, produced + 1, 0), (totals.Requests, totals.WithoutResponse, totals.InFlight));
        Assert.Equal(0, totals.Unanswered.Sum());
        Assert.Equal(2, connection.Api(Heartbeat).Responses);
    }

    [Fact]
    public void Request_ProduceOfUnknownVersionAnswered_IsPairedAndMissedWhenNoResponseComes()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(0)).Receive(Wire.HeartbeatResponse(0)).Send(UnknownProduce(1)).Send(UnknownProduce(2));
        Assert.Equal(2, connection.Api(Produce).InFlight);
        connection.Receive(Wire.Response(1, [0, 0], flexible: true)).Receive(Wire.Response(2, [0, 0], flexible: true)).Send(UnknownProduce(3)).Close();
        var totals = connection.Api(Produce);
        Assert.Equal((3, 2, 0), (totals.Requests, totals.Responses, totals.WithoutResponse));
        Assert.Equal(1, totals.Unanswered[(int)UnansweredReason.Closed]);
    }

    [Fact]
    public void Request_AcksZero_HasNoResponseAndDisturbsNoOther()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Produce(1, 0, "orders", Wire.Batch(4, 100))).Send(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2));
        Assert.Equal(1, connection.Api(Produce).WithoutResponse);
        Assert.Equal(0, connection.Api(Produce).InFlight);
        Assert.Equal(0, connection.Api(Produce).Unanswered.Sum());
        Assert.Equal(1, connection.Api(Heartbeat).Responses);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void Request_AcksZeroAnsweredAllTheSame_IsPaired()
    {
        var connection = new ObservedConnection().Send(Wire.Produce(1, 0, "t", Wire.Batch(1, 10))).Receive(Wire.ProduceResponse(1, "t"));
        Assert.Equal(1, connection.Api(Produce).Responses);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void Response_ToLaterRequest_ResynchronisesAndGivesUpOlder()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Send(Wire.Heartbeat(2)).Send(Wire.Heartbeat(3));
        connection.Receive(Wire.HeartbeatResponse(3)).Send(Wire.Heartbeat(4)).Receive(Wire.HeartbeatResponse(4));
        var totals = connection.Api(Heartbeat);
        Assert.Equal((4, 2, 0), (totals.Requests, totals.Responses, totals.InFlight));
        Assert.Equal(2, totals.Unanswered[(int)UnansweredReason.Resync]);
    }

    [Fact]
    public void Response_BeyondResyncWindow_AnswersNoneOfThem()
    {
        var connection = new ObservedConnection();
        for (var i = 0; i <= InFlightRing.ResyncWindow; i++)
            connection.Send(Wire.Heartbeat(i));
        connection.Receive(Wire.HeartbeatResponse(0)).Send(Wire.Heartbeat(999)).Receive(Wire.HeartbeatResponse(999));
        Assert.Equal(1, connection.Failures(DecodeFailureReason.UnmatchedResponse));
        connection.Receive(Wire.HeartbeatResponse(1));
        Assert.Equal(2, connection.Api(Heartbeat).Responses);
        Assert.Equal(0, connection.Api(Heartbeat).Unanswered.Sum());
    }

    [Fact]
    public void Response_Duplicate_IsCountedAndSkipped()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1)).Receive(Wire.HeartbeatResponse(1));
        connection.Send(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2));
        Assert.Equal(2, connection.Api(Heartbeat).Responses);
        Assert.Equal(1, connection.Failures(DecodeFailureReason.UnmatchedResponse));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
    }

    [Fact]
    public void Request_BeyondInFlightLimit_GivesUpTheOldest()
    {
        var connection = new ObservedConnection(traced: false);
        for (var i = 0; i < InFlightRing.Capacity + 10; i++)
            connection.Send(Wire.Heartbeat(i));
        Assert.Equal(InFlightRing.Capacity, connection.Api(Heartbeat).InFlight);
        Assert.Equal(10, connection.Api(Heartbeat).Unanswered[(int)UnansweredReason.InFlightLimit]);
        connection.Receive(Wire.HeartbeatResponse(10));
        Assert.Equal(1, connection.Api(Heartbeat).Responses);
    }

    [Fact]
    public void Close_RequestsInFlight_StayUnanswered()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Send(Wire.Heartbeat(2));
        connection.Close();
        Assert.Equal(2, connection.Api(Heartbeat).Unanswered[(int)UnansweredReason.Closed]);
        Assert.Equal(0, connection.Api(Heartbeat).InFlight);
    }

    [Fact]
    public void Fetch_LargeResponsesBetweenPipelinedRequests_ArePairedAndCounted()
    {
        const int records = 4 << 20;
        var connection = new ObservedConnection(traced: false).Send([.. Wire.Fetch(1), .. Wire.Heartbeat(2), .. Wire.Fetch(3)]);
        byte[] responses = [.. Wire.FetchResponse(1, Wire.Batch(7, records)), .. Wire.HeartbeatResponse(2), .. Wire.FetchResponse(3, Wire.Batch(8, records))];
        var id = 4;
        foreach (var chunk in responses.Chunk(65_521))
            connection.Receive(chunk).Send(Wire.Heartbeat(id++));
        for (var answer = 4; answer < id; answer++)
            connection.Receive(Wire.HeartbeatResponse(answer));
        Assert.Equal((2, 2, 0), (connection.Api(Fetch).Requests, connection.Api(Fetch).Responses, connection.Api(Fetch).InFlight));
        Assert.Equal((id - 3, id - 3), (connection.Api(Heartbeat).Requests, connection.Api(Heartbeat).Responses));
        var series = new List<(string, long, long)>();
        TopicSeries.ForEach(connection.Snapshot, (_, _, topic, count, bytes) => series.Add((topic.Name, count, bytes)));
        Assert.Equal([("clicks", 15L, 2L * (records + 61))], series);
        Assert.Equal(0, connection.Snapshot.Failures.Sum());
    }

    [Fact]
    public void Close_InTheMiddleOfAResponse_StaysUnanswered()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1)).Send(Wire.Heartbeat(2));
        connection.Receive(Wire.HeartbeatResponse(2).AsSpan()[..^1]).Close();
        Assert.Equal(1, connection.Api(Heartbeat).Unanswered[(int)UnansweredReason.Closed]);
        Assert.Equal((1, 0), (connection.Api(Heartbeat).Responses, connection.Api(Heartbeat).InFlight));
    }

    [Fact]
    public void Responses_OutOfOrder_AreSkippedWhenTheirTurnIsOver()
    {
        var connection = new ObservedConnection();
        for (var id = 1; id <= 4; id++)
            connection.Send(Wire.Heartbeat(id));
        foreach (var id in new[] { 3, 1, 2, 4 })
            connection.Receive(Wire.HeartbeatResponse(id));
        var totals = connection.Api(Heartbeat);
        Assert.Equal((4, 2, 0), (totals.Requests, totals.Responses, totals.InFlight));
        Assert.Equal(2, totals.Unanswered[(int)UnansweredReason.Resync]);
        Assert.Equal(2, connection.Failures(DecodeFailureReason.UnmatchedResponse));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
    }

    [Fact]
    public void Requests_NeverAnswered_StayBoundedAndAged()
    {
        var connection = new ObservedConnection(traced: false);
        for (var i = 0; i < 50_000; i++)
        {
            connection.Now = i * Ticks.From(TimeSpan.FromMilliseconds(100));
            connection.Send(Wire.Heartbeat(i));
            if (i % 10 == 0)
                connection.Sessions.Age(connection.Now);
            Assert.InRange(connection.Api(Heartbeat).InFlight, 0, InFlightRing.Capacity);
        }

        connection.Sessions.Age(connection.Now + Ticks.From(KafkaSession.MaxAge) + 1);
        var totals = connection.Api(Heartbeat);
        Assert.Equal((50_000, 0), (totals.Requests, totals.InFlight));
        Assert.Equal(50_000 - InFlightRing.Capacity, totals.Unanswered[(int)UnansweredReason.InFlightLimit]);
        Assert.Equal(InFlightRing.Capacity, totals.Unanswered[(int)UnansweredReason.Aged]);
    }

    [Fact]
    public void Request_LargerThanKafkasDefaultLimit_IsFollowedOnceTheSessionIsConfirmed()
    {
        const int records = 150 << 20;
        byte[] produce = Wire.Produce(2, acks: 1, "orders", Wire.Batch(3, 100));
        var start = Wire.Heartbeat(1);
        var connection = new ObservedConnection(traced: false).Send(start).Receive(Wire.HeartbeatResponse(1));
        connection.Send(Large(produce, records));
        var rest = new byte[1 << 20];
        for (var sent = 0; sent < records; sent += rest.Length)
            connection.Send(rest.AsSpan(0, Math.Min(rest.Length, records - sent)));
        connection.Receive(Wire.ProduceResponse(2, "orders")).Send(Wire.Heartbeat(3)).Receive(Wire.HeartbeatResponse(3));
        Assert.Equal((1, 1), (connection.Api(Produce).Requests, connection.Api(Produce).Responses));
        Assert.Equal((2, 2), (connection.Api(Heartbeat).Requests, connection.Api(Heartbeat).Responses));
        Assert.Equal(produce.Length - 4 + (long)records, connection.Api(Produce).RequestBytes);
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        Assert.Equal(0, connection.Failures(DecodeFailureReason.FrameSize));
    }

    [Fact]
    public void Request_LargerThanKafkasDefaultLimitBeforeAnyResponse_IsTakenForNoFrame()
    {
        var connection = new ObservedConnection(traced: false).Send(Wire.Heartbeat(1)).Send(Large(Wire.Heartbeat(2), 150 << 20));
        Assert.Equal(1, connection.Failures(DecodeFailureReason.FrameSize));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
    }

    /// <summary>A frame that says that so many more bytes follow it.</summary>
    private static byte[] Large(byte[] frame, int more)
    {
        byte[] large = [.. frame];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(large, frame.Length - 4 + more);
        return large;
    }

    /// <summary>Clients log in again before their session's end (KIP-368), within a connection that is in use.</summary>
    [Fact]
    public void SaslHandshake1_Again_IsPairedLikeAnyRequest()
    {
        var connection = new ObservedConnection();
        for (var id = 1; id < 7; id += 3)
        {
            connection.Send(Wire.Request(17, 1, id, "c", Wire.String("PLAIN"))).Receive(Wire.Response(id, [.. Wire.Int16(0), .. Wire.Int32(0)]));
            connection.Send(Wire.Request(36, 0, id + 1, "c", [.. Wire.Int32(3), 0, 0, 0])).Receive(Wire.Response(id + 1, [.. Wire.Int16(0), .. Wire.Int16(-1), .. Wire.Int32(0)]));
            connection.Send(Wire.Heartbeat(id + 2)).Receive(Wire.HeartbeatResponse(id + 2));
        }

        Assert.Equal((2, 2), (connection.Api(36).Responses, connection.Api(Heartbeat).Responses));
        Assert.Empty(connection.Trace.Tokens);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void Request_UnknownKeyAndVersion_AreCountedAndTimed()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1));
        connection.Send(Wire.Request(10_001, 7, 2, "c", [1, 2, 3])).Receive(Wire.Response(2, [9, 9]));
        connection.Send(Wire.Request(Heartbeat, 99, 3, "c", [0, 1, 2, 3], flexible: true)).Receive(Wire.Response(3, [9], flexible: true));
        var unknown = connection.Api(10_001);
        Assert.Equal((1, 1), (unknown.Requests, unknown.Responses));
        Assert.Equal(1, unknown.Latency[(int)LatencyResult.All]!.Fine.Sum());
        Assert.Equal(1, connection.Api(Heartbeat).Versions[ApiMetrics.Versions]);
        Assert.Equal(2, connection.Failures(DecodeFailureReason.UnknownApi));
        Assert.Equal(2, connection.Failures(DecodeFailureReason.UnknownVersion));
    }

    [Fact]
    public void Body_Malformed_CostsItsOwnDetailsOnly()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1));
        connection.Send(Wire.Request(3, 0, 2, "c", Wire.Int32(int.MaxValue))).Receive(Wire.Response(2, Wire.Int32(int.MaxValue)));
        connection.Send(Wire.Heartbeat(3)).Receive(Wire.HeartbeatResponse(3));
        Assert.Equal((1, 1), (connection.Api(3).Requests, connection.Api(3).Responses));
        Assert.Equal(2, connection.Api(Heartbeat).Responses);
        Assert.Equal(2, connection.Failures(DecodeFailureReason.MalformedBody));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
    }

    [Fact]
    public void ApiVersions_FallbackBody_IsReadAsVersion0()
    {
        var connection = new ObservedConnection().Send(Wire.Request(18, 3, 1, "c", [1, 1, 0], flexible: true));
        connection.Receive(Wire.Response(1, [.. Wire.Int16(35), .. Wire.Int32(1), .. Wire.Int16(18), .. Wire.Int16(0), .. Wire.Int16(2)]));
        Assert.Equal(1, connection.Api(18).Errors[ErrorCells.CellOf(35)]);
        Assert.Empty(connection.Trace.Failures);
    }

    /// <summary>A client newer than the schema: its request is unknown, the answer in version 0 is not.</summary>
    [Fact]
    public void ApiVersions_FallbackToVersionNewerThanTheSchema_IsReadAsVersion0()
    {
        var connection = new ObservedConnection().Send(Wire.Request(18, 5, 1, "c", [1, 1, 0], flexible: true));
        connection.Receive(Wire.Response(1, [.. Wire.Int16(35), .. Wire.Int32(1), .. Wire.Int16(18), .. Wire.Int16(0), .. Wire.Int16(4)]));
        Assert.Equal(1, connection.Api(18).Errors[ErrorCells.CellOf(35)]);
        Assert.Equal(1, connection.Failures(DecodeFailureReason.UnknownVersion));
    }

    [Fact]
    public void ApiVersions_AnswerInVersionNewerThanTheSchema_IsAnUnknownVersion()
    {
        var connection = new ObservedConnection().Send(Wire.Request(18, 5, 1, "c", [1, 1, 0], flexible: true));
        connection.Receive(Wire.Response(1, [.. Wire.Int16(0), 2, .. Wire.Int16(18), .. Wire.Int16(0), .. Wire.Int16(9), 0, 0, 0, 0, 0, 0]));
        Assert.Equal(1, connection.Api(18).Responses);
        Assert.Equal(2, connection.Failures(DecodeFailureReason.UnknownVersion));
    }

    [Fact]
    public void ApiVersions_FallbackBodyOfLibrdkafkasMock_MakesUpNoThrottleTime()
    {
        var connection = new ObservedConnection().Send(Wire.Request(18, 3, 1, "c", [1, 1, 0], flexible: true));
        connection.Receive(Wire.Response(1, [.. Wire.Int16(35), .. Wire.Int32(1), .. Wire.Int16(18), .. Wire.Int16(0), .. Wire.Int16(2), 0]));
        Assert.Equal(0, connection.Api(18).ThrottleMilliseconds);
        Assert.Equal(1, connection.Api(18).Errors[ErrorCells.CellOf(35)]);
        Assert.Equal(DecodeFailureReason.TrailingBytes, Assert.Single(connection.Trace.Failures));
    }

    [Fact]
    public void Topics_ProduceAndFetch_CountRecordsAndBytes()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Produce(1, 1, "orders", Wire.Batch(4, 100))).Receive(Wire.ProduceResponse(1, "orders", error: 6));
        connection.Send(Wire.Fetch(2)).Receive(Wire.FetchResponse(2, Wire.Batch(5, 300)));
        var series = new List<(string, string, long, long)>();
        TopicSeries.ForEach(connection.Snapshot, (_, api, topic, records, bytes) => series.Add((api.ToString(), topic.Name, records, bytes)));
        Assert.Equal([("Produce", "orders", 4L, 161L), ("Fetch", "clicks", 5L, 361L)], series);
        Assert.Equal(1, connection.Api(Produce).ResponsesWithError);
    }

    [Fact]
    public void Names_OfCoordinatorsAndResources_AreSeenAndMakeNoSeries()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(10, 1, 1, "c", [.. Wire.String("billing"), 0])).Receive(Wire.Response(1,
        [
            .. Wire.Int32(0), .. Wire.Int16(0), .. Wire.Int16(-1), .. Wire.Int32(1), .. Wire.String("b"), .. Wire.Int32(9092),
        ]));
        connection.Send(Wire.Request(32, 1, 2, "c", [.. Wire.Int32(2), 2, .. Wire.String("orders"), .. Wire.Int32(-1), 4, .. Wire.String("1"), .. Wire.Int32(-1), 0]));
        connection.Receive(Wire.Response(2,
        [
            .. Wire.Int32(0), .. Wire.Int32(2), .. Wire.Int16(0), .. Wire.Int16(-1), 2, .. Wire.String("orders"), .. Wire.Int32(0),
            .. Wire.Int16(29), .. Wire.Int16(-1), 4, .. Wire.String("1"), .. Wire.Int32(0),
        ]));
        Assert.Equal((1, 1, 1), (connection.Api(10).Responses, connection.Api(32).Responses, connection.Api(32).ResponsesWithError));
        Assert.Equal(["orders", "orders"], connection.Trace.Topics);
        Assert.Empty(connection.Trace.Failures);
        var series = connection.Snapshot.Series;
        Assert.Equal((0, 0), (series.Topics.Count, series.Groups.Count));
        TopicSeries.ForEach(connection.Snapshot, (_, _, topic, _, _) => Assert.Fail(topic.Name));
    }

    [Fact]
    public void JoinGroup_NewGeneration_CountsOneRebalance()
    {
        var connection = new ObservedConnection();
        for (var id = 1; id <= 3; id++)
        {
            var generation = id == 3 ? 8 : 7;
            connection.Send(Wire.Request(11, 0, id, "c", [.. Wire.String("billing"), .. Wire.Int32(1000), .. Wire.String(""), .. Wire.String("consumer"), .. Wire.Int32(0)]));
            connection.Receive(Wire.Response(id,
            [
                .. Wire.Int16(0), .. Wire.Int32(generation), .. Wire.String("range"), .. Wire.String("m1"), .. Wire.String("m1"),
                .. Wire.Int32(2), .. Wire.String("m1"), .. Wire.Int32(0), .. Wire.String("m2"), .. Wire.Int32(0),
            ]));
        }

        Assert.Equal(new("billing", 2, 2), Assert.Single(connection.Snapshot.Series.Groups.ToList()));
    }

    [Fact]
    public void Client_SoftwareNamedInApiVersions_IsKept()
    {
        var connection = new ObservedConnection().Send(Wire.Request(18, 3, 1, "app", [5, .. "java"u8, 4, .. "4.1"u8, 0], flexible: true)).Send(Wire.Heartbeat(2, "app"));
        Assert.Equal(new("app", "java", "4.1"), Assert.Single(connection.Snapshot.Series.Clients.ToList()));
    }

    [Fact]
    public void Client_EvictedAndSpeaksAgain_IsKnownAgain()
    {
        var connection = new ObservedConnection(new SeriesLimits(Clients: 1)).Send(Wire.Heartbeat(1, "old")).Receive(Wire.HeartbeatResponse(1));
        connection.Now = Ticks.From(SeriesLimits.IdleTime);
        var clients = connection.Snapshot.Series.Clients;
        Assert.NotNull(clients.Add("new"u8, ""u8, ""u8, connection.Now, out var hasEvicted));
        Assert.True(hasEvicted);
        connection.Now += Ticks.From(SeriesLimits.IdleTime);
        connection.Send(Wire.Heartbeat(2, "old"));
        Assert.Equal("old", Assert.Single(clients.ToList()).ClientId);
        Assert.Equal(1, connection.Snapshot.Dropped[(int)SeriesMetric.ClientInfo]);
    }

    private static byte[] UnknownProduce(int correlationId) => Wire.Request(Produce, 99, correlationId, "c", [1, 2, 3, 4], flexible: true);
}
