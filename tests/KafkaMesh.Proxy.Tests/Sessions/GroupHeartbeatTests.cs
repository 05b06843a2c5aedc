using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>
/// Groups whose members follow epochs: consumer (KIP-848), share (KIP-932) and streams (KIP-1071). The broker counts a rebalance when it bumps the
/// group's epoch; the sidecar when a member first reaches one.
/// </summary>
public sealed class GroupHeartbeatTests
{
    private readonly ObservedConnection _connection = new();
    private int _correlation;

    public static TheoryData<short, short> Protocols => new() { { 68, 0 }, { 68, 1 }, { 76, 0 }, { 76, 1 }, { 88, 0 } };

    [Theory, MemberData(nameof(Protocols))]
    public void Heartbeat_MembersFollowAtTheirOwnPace_CountsEachEpochOnce(short key, short version)
    {
        Beat(key, version, from: 0, to: 4); // joins
        Beat(key, version, from: 4, to: 4);
        Beat(key, version, from: 0, to: 5); // another one joins,
        Beat(key, version, from: 4, to: 4); // the first has not revoked yet,
        Beat(key, version, from: 4, to: 5); // and follows
        Beat(key, version, from: 5, to: 7);
        Beat(key, version, from: 5, to: 6);
        Beat(key, version, from: -1, to: -1); // leaves
        Assert.Equal(new GroupStats("billing", 0, 3), Assert.Single(Groups()));
        Assert.Equal((8, 0), (_connection.Api(key).Responses, _connection.Api(key).ResponsesWithError));
        Assert.Empty(_connection.Trace.Failures);
    }

    [Theory, MemberData(nameof(Protocols))]
    public void Heartbeat_Fenced_IsAnErrorAndNoRebalance(short key, short version)
    {
        Beat(key, version, from: 0, to: 4);
        Beat(key, version, from: 4, to: 9, error: 110);
        Beat(key, version, from: 0, to: 4); // a static member comes back to what it had
        Assert.Equal(new GroupStats("billing", 0, 1), Assert.Single(Groups()));
        Assert.Equal(1, _connection.Api(key).ResponsesWithError);
    }

    [Fact]
    public void Heartbeat_GroupMadeAnew_CountsFromItsFirstEpoch()
    {
        Beat(68, 1, from: 0, to: 40);
        Beat(68, 1, from: 0, to: 1);
        Beat(68, 1, from: 1, to: 2);
        Assert.Equal(new GroupStats("billing", 0, 3), Assert.Single(Groups()));
    }

    [Fact]
    public void Heartbeat_SidecarCameLater_CountsWhatBeginsOnly()
    {
        Beat(68, 1, from: 40, to: 40);
        Assert.Equal(new GroupStats("billing", 0, 0), Assert.Single(Groups()));
        Beat(68, 1, from: 40, to: 41);
        Assert.Equal(new GroupStats("billing", 0, 1), Assert.Single(Groups()));
    }

    [Fact]
    public void Heartbeat_BeyondTheBudget_CountsWhatIsNewAndNotEachBeat()
    {
        var connection = new ObservedConnection(new SeriesLimits(Groups: 1));
        Beat(connection, 68, 1, "first", from: 0, to: 1);
        Beat(connection, 68, 1, "second", from: 0, to: 1);
        for (var i = 0; i < 100; i++)
            Beat(connection, 68, 1, "second", from: 1, to: 1);
        Beat(connection, 68, 1, "second", from: 1, to: 2);
        Assert.Equal([new GroupStats("first", 0, 1), new GroupStats("__other__", 0, 2)], connection.Snapshot.Series.Groups.ToList());
        Assert.Equal(2, connection.Snapshot.Dropped[(int)SeriesMetric.GroupRebalances]);
    }

    [Fact]
    public void Heartbeat_GroupsSwitchedOff_KeepsNone()
    {
        var connection = new ObservedConnection(new SeriesLimits(Groups: 0));
        Beat(connection, 68, 1, "first", from: 0, to: 1);
        Assert.Empty(connection.Snapshot.Series.Groups.ToList());
    }

    [Fact]
    public void Heartbeat_GroupMovesFromTheClassicProtocol_GoesOn()
    {
        _connection.Send(Wire.Request(11, 0, 99, "c", [.. Wire.String("billing"), .. Wire.Int32(1000), .. Wire.String(""), .. Wire.String("consumer"), .. Wire.Int32(0)]));
        _connection.Receive(Wire.Response(99, [.. Wire.Int16(0), .. Wire.Int32(7), .. Wire.String("range"), .. Wire.String("m"), .. Wire.String("m"), .. Wire.Int32(1), .. Wire.String("m"), .. Wire.Int32(0)]));
        Beat(68, 1, from: 0, to: 8);
        Assert.Equal(new GroupStats("billing", 0, 2), Assert.Single(Groups()));
    }

    private List<GroupStats> Groups() => _connection.Snapshot.Series.Groups.ToList();

    private void Beat(short key, short version, int from, int to, short error = 0) => Beat(_connection, key, version, "billing", from, to, error);

    private void Beat(ObservedConnection connection, short key, short version, string group, int from, int to, short error = 0)
    {
        connection.Send(Wire.GroupHeartbeat(key, version, ++_correlation, group, from));
        connection.Receive(Wire.GroupHeartbeatResponse(key, _correlation, to, error));
    }
}
