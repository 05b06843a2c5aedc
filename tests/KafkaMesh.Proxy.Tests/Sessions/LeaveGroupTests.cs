using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Members that leave a classic group: when it was the last one, nobody is told of another generation.</summary>
public sealed class LeaveGroupTests
{
    private const short JoinGroupKey = 11;
    private const short LeaveGroupKey = 13;
    private const short UnknownMember = 25;

    private readonly ObservedConnection _connection = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void LeaveGroup_LastMember_GroupHasNone(short version)
    {
        Join();
        Assert.Equal(new GroupStats("billing", 2, 1), Assert.Single(Groups()));

        Leave(version, error: 0);

        Assert.Equal(new GroupStats("billing", 0, 1), Assert.Single(Groups()));
        Assert.Equal((1, 0), (_connection.Api(LeaveGroupKey).Responses, _connection.Api(LeaveGroupKey).ResponsesWithError));
        Assert.Empty(_connection.Trace.Failures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void LeaveGroup_Refused_KeepsTheMembers(short version)
    {
        Join();

        Leave(version, UnknownMember);

        Assert.Equal(new GroupStats("billing", 2, 1), Assert.Single(Groups()));
        Assert.Equal(1, _connection.Api(LeaveGroupKey).ResponsesWithError);
    }

    private List<GroupStats> Groups() => _connection.Snapshot.Series.Groups.ToList();

    // JoinGroup v5 and its answer to a leader of two.
    private void Join()
    {
        _connection.Send(Wire.Request(JoinGroupKey, 5, 1, "c",
            [.. Wire.String("billing"), .. Wire.Int32(45_000), .. Wire.Int32(45_000), .. Wire.String(""), .. Wire.Int16(-1), .. Wire.String("consumer"), .. Wire.Int32(0)]));
        byte[] member = [.. Wire.String("m"), .. Wire.Int16(-1), .. Wire.Int32(0)];
        _connection.Receive(Wire.Response(1,
            [.. Wire.Int32(0), .. Wire.Int16(0), .. Wire.Int32(7), .. Wire.String("range"), .. Wire.String("m"), .. Wire.String("m"), .. Wire.Int32(2), .. member, .. member]));
    }

    private void Leave(short version, short error)
    {
        var isFlexible = version >= 4;
        byte[] request = version switch
        {
            < 3 => [.. Wire.String("billing"), .. Wire.String("m")],
            3 => [.. Wire.String("billing"), .. Wire.Int32(1), .. Wire.String("m"), .. Wire.Int16(-1)],
            _ => [8, .. "billing"u8, 2, 2, .. "m"u8, 0, 0, 0, 0], // one member: id, no static id, no reason, no tags; no tags
        };
        byte[] response = version switch
        {
            0 => Wire.Int16(error),
            < 3 => [.. Wire.Int32(0), .. Wire.Int16(error)],
            3 => [.. Wire.Int32(0), .. Wire.Int16(0), .. Wire.Int32(1), .. Wire.String("m"), .. Wire.Int16(-1), .. Wire.Int16(error)],
            _ => [.. Wire.Int32(0), .. Wire.Int16(0), 2, 2, .. "m"u8, 0, .. Wire.Int16(error), 0, 0],
        };
        _connection.Send(Wire.Request(LeaveGroupKey, version, 2, "c", request, isFlexible)).Receive(Wire.Response(2, response, isFlexible));
    }
}
