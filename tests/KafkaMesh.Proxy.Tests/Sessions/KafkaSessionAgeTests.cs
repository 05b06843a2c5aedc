using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Requests that wait for long: when they count as unanswered, and what a rebalance may take.</summary>
public class KafkaSessionAgeTests
{
    private const short Heartbeat = 12;
    private const short Fetch = 1;
    private const short JoinGroupKey = 11;

    [Fact]
    public void Age_RequestOlderThanLimit_IsGivenUp()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1));
        connection.Sessions.Age(Ticks.From(KafkaSession.MaxAge));
        Assert.Equal(1, connection.Api(Heartbeat).InFlight);
        connection.Sessions.Age(Ticks.From(KafkaSession.MaxAge) + 1);
        Assert.Equal(0, connection.Api(Heartbeat).InFlight);
        Assert.Equal(1, connection.Api(Heartbeat).Unanswered[(int)UnansweredReason.Aged]);
    }

    /// <summary>Clients wait for the rebalance as long as max.poll.interval.ms says, which may be hours.</summary>
    [Fact]
    public void Age_JoinGroupAnsweredAfterTwentyMinutes_IsOneResponseAndOneRebalance()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1)).Send(JoinGroup(2));
        Pass(connection, TimeSpan.FromMinutes(20));
        connection.Receive(JoinGroupResponse(2));
        var totals = connection.Api(JoinGroupKey);
        Assert.Equal((1, 1, 0, 0), (totals.Requests, totals.Responses, totals.InFlight, totals.Unanswered.Sum()));
        Assert.Equal(20 * 60 * 1_000_000_000L, totals.Latency[(int)LatencyResult.All]!.SumNanoseconds);
        Assert.Equal(new GroupStats("billing", 1, 1), Assert.Single(connection.Snapshot.Series.Groups.ToList()));
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void Age_JoinGroupNeverAnswered_IsGivenUpAfterADay()
    {
        var connection = new ObservedConnection().Send(JoinGroup(1));
        connection.Sessions.Age(Ticks.From(KafkaSession.MaxJoinAge));
        Assert.Equal(1, connection.Api(JoinGroupKey).InFlight);
        connection.Sessions.Age(Ticks.From(KafkaSession.MaxJoinAge) + 1);
        Assert.Equal((0, 1), (connection.Api(JoinGroupKey).InFlight, connection.Api(JoinGroupKey).Unanswered[(int)UnansweredReason.Aged]));
    }

    /// <summary>Brokers answer in order: what stands behind a JoinGroup cannot be answered before it.</summary>
    [Fact]
    public void Age_RequestsBehindJoinGroup_WaitWithIt()
    {
        var connection = new ObservedConnection().Send(JoinGroup(1)).Send(Wire.Heartbeat(2)).Send(Wire.Fetch(3));
        Pass(connection, TimeSpan.FromMinutes(20));
        Assert.Equal((1, 1, 1), (connection.Api(JoinGroupKey).InFlight, connection.Api(Heartbeat).InFlight, connection.Api(Fetch).InFlight));
        connection.Receive([.. JoinGroupResponse(1), .. Wire.HeartbeatResponse(2), .. Wire.FetchResponse(3, Wire.Batch(1, 10))]);
        Assert.Equal((1, 1, 1), (connection.Api(JoinGroupKey).Responses, connection.Api(Heartbeat).Responses, connection.Api(Fetch).Responses));
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void Age_FetchBeforeJoinGroup_IsGivenUpAlone()
    {
        var connection = new ObservedConnection().Send(Wire.Fetch(1)).Send(JoinGroup(2));
        Pass(connection, TimeSpan.FromMinutes(20));
        Assert.Equal((0, 1), (connection.Api(Fetch).InFlight, connection.Api(Fetch).Unanswered[(int)UnansweredReason.Aged]));
        Assert.Equal((1, 0), (connection.Api(JoinGroupKey).InFlight, connection.Api(JoinGroupKey).Unanswered.Sum()));
    }

    [Fact]
    public void Age_JoinGroupsNeverAnswered_StayBounded()
    {
        var connection = new ObservedConnection(traced: false);
        for (var i = 0; i < InFlightRing.Capacity + 10; i++)
        {
            connection.Send(JoinGroup(i));
            connection.Sessions.Age(connection.Now += Ticks.From(TimeSpan.FromSeconds(1)));
        }

        var totals = connection.Api(JoinGroupKey);
        Assert.Equal((InFlightRing.Capacity, 10, 0), (totals.InFlight, totals.Unanswered[(int)UnansweredReason.InFlightLimit], totals.Unanswered[(int)UnansweredReason.Aged]));
    }

    /// <summary>Time passes on the loop, a look at what waits each second.</summary>
    private static void Pass(ObservedConnection connection, TimeSpan time)
    {
        for (var end = connection.Now + Ticks.From(time); connection.Now < end;)
            connection.Sessions.Age(connection.Now += Ticks.From(TimeSpan.FromSeconds(1)));
    }

    /// <summary>JoinGroup v5: group, session and rebalance timeout, member, static member, protocols.</summary>
    private static byte[] JoinGroup(int id) => Wire.Request(JoinGroupKey, 5, id, "c",
        [.. Wire.String("billing"), .. Wire.Int32(45_000), .. Wire.Int32(3_600_000), .. Wire.String(""), .. Wire.Int16(-1), .. Wire.String("consumer"), .. Wire.Int32(0)]);

    /// <summary>Its response to a leader that is alone: throttle time, error, generation, protocol, leader, member, members with static id and metadata.</summary>
    private static byte[] JoinGroupResponse(int id) => Wire.Response(id,
        [
            .. Wire.Int32(0), .. Wire.Int16(0), .. Wire.Int32(7), .. Wire.String("range"), .. Wire.String("m"), .. Wire.String("m"),
            .. Wire.Int32(1), .. Wire.String("m"), .. Wire.Int16(-1), .. Wire.Int32(0),
        ]);
}
