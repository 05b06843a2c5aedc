using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Fetch and ShareFetch that waited for nothing are timed apart from those that brought data.</summary>
public class LongPollTests
{
    private const short Fetch = 1;

    [Fact]
    public void Fetch_EmptyLongPoll_IsTimedApartFromData()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Fetch(1)).Receive(Wire.FetchResponse(1, [])).Send(Wire.Fetch(2)).Receive(Wire.FetchResponse(2, Wire.Batch(5, 300)));
        var latency = connection.Api(Fetch).Latency;
        Assert.Null(latency[(int)LatencyResult.All]);
        Assert.Equal(1, latency[(int)LatencyResult.Empty]!.Fine.Sum());
        Assert.Equal(1, latency[(int)LatencyResult.Data]!.Fine.Sum());
    }

    [Fact]
    public void Fetch_BodyThatCannotBeRead_IsNotTakenForAnEmptyLongPoll()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1));
        connection.Send(Wire.Request(Fetch, 99, 2, "c", [0, 1], flexible: true)).Receive(Wire.Response(2, [1, 2, 3], flexible: true));
        connection.Send(Wire.Fetch(3)).Receive(Wire.Response(3, [.. Wire.Int32(0), .. Wire.Int32(int.MaxValue)]));
        var latency = connection.Api(Fetch).Latency;
        Assert.Equal(2, latency[(int)LatencyResult.All]!.Fine.Sum());
        Assert.Null(latency[(int)LatencyResult.Empty]);
        Assert.Null(latency[(int)LatencyResult.Data]);
    }

    /// <summary>A broker that has an error to tell does not wait for data.</summary>
    [Theory]
    [InlineData((short)6)] // NOT_LEADER_OR_FOLLOWER
    [InlineData((short)1)] // OFFSET_OUT_OF_RANGE
    [InlineData((short)-1)] // UNKNOWN_SERVER_ERROR
    public void Fetch_EveryPartitionFailed_IsNotTakenForAnEmptyLongPoll(short error)
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Fetch(1)).Receive(Wire.FetchResponse(1, [], error)).Send(Wire.Fetch(2)).Receive(Wire.FetchResponse(2, []));
        var latency = connection.Api(Fetch).Latency;
        Assert.Equal((1, 1), (latency[(int)LatencyResult.Data]!.Fine.Sum(), latency[(int)LatencyResult.Empty]!.Fine.Sum()));
        Assert.Null(latency[(int)LatencyResult.All]);
    }

    /// <summary>FETCH_SESSION_ID_NOT_FOUND stands at the top of a response without any topic: Fetch 7, KIP-227.</summary>
    [Fact]
    public void Fetch_FailedAtTheTop_IsNotTakenForAnEmptyLongPoll()
    {
        var connection = new ObservedConnection();
        connection.Send(SessionFetch(1)).Receive(SessionFetchResponse(1, 70)).Send(SessionFetch(2)).Receive(SessionFetchResponse(2, 0));
        var latency = connection.Api(Fetch).Latency;
        Assert.Equal((1, 1), (latency[(int)LatencyResult.Data]!.Fine.Sum(), latency[(int)LatencyResult.Empty]!.Fine.Sum()));
        Assert.Empty(connection.Trace.Failures);
    }

    [Theory]
    [InlineData((short)1)]
    [InlineData((short)2)]
    public void ShareFetch_EmptyLongPoll_IsTimedApartFromData(short version)
    {
        var connection = new ObservedConnection();
        connection.Send(ShareFetch(version, 1)).Receive(ShareFetchResponse(1, [])).Send(ShareFetch(version, 2)).Receive(ShareFetchResponse(2, Wire.Batch(2, 40)));
        var latency = connection.Api(78).Latency;
        Assert.Equal((1, 1), (latency[(int)LatencyResult.Empty]!.Fine.Sum(), latency[(int)LatencyResult.Data]!.Fine.Sum()));
        Assert.Null(latency[(int)LatencyResult.All]);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void ShareFetch_EveryPartitionFailed_IsNotTakenForAnEmptyLongPoll()
    {
        var connection = new ObservedConnection().Send(ShareFetch(1, 1)).Receive(ShareFetchResponse(1, [], 6));
        var latency = connection.Api(78).Latency;
        Assert.Equal(1, latency[(int)LatencyResult.Data]!.Fine.Sum());
        Assert.Null(latency[(int)LatencyResult.Empty]);
    }

    /// <summary>Fetch 7: replica, three limits, isolation, session and epoch, no topics, none forgotten.</summary>
    private static byte[] SessionFetch(int id) => Wire.Request(
        Fetch, 7, id, "c", [.. Wire.Int32(-1), .. Wire.Int32(500), .. Wire.Int32(1), .. Wire.Int32(1 << 20), 0, .. Wire.Int32(9), .. Wire.Int32(1), .. Wire.Int32(0), .. Wire.Int32(0)]);

    /// <summary>Throttle time, error, session, no topics.</summary>
    private static byte[] SessionFetchResponse(int id, short error) => Wire.Response(id, [.. Wire.Int32(0), .. Wire.Int16(error), .. Wire.Int32(9), .. Wire.Int32(0)]);

    /// <summary>KIP-932: no group and member, session epoch, five limits, [acquire mode, renewal], no topics.</summary>
    private static byte[] ShareFetch(short version, int id) => Wire.Request(
        78, version, id, "c", [0, 0, .. new byte[6 * sizeof(int)], .. version >= 2 ? new byte[2] : [], 1, 1, 0], flexible: true);

    /// <summary>One topic with one partition.</summary>
    private static byte[] ShareFetchResponse(int id, byte[] records, short error = 0) => Wire.Response(
        id,
        [
            .. Wire.Int32(0), .. Wire.Int16(0), 0, .. Wire.Int32(30_000),
            2, .. new byte[15], 7, 2, .. Wire.Int32(0), .. Wire.Int16(error), 0, .. Wire.Int16(0), 0, .. Wire.Int64(0), 0, (byte)(records.Length + 1), .. records, 1, 0, 0,
            1, 0,
        ],
        flexible: true);
}
