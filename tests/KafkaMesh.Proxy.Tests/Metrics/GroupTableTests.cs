using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Tests.Metrics;

/// <summary>The members of a classic group: only its leader is told them, and whoever leads may change with each generation.</summary>
public class GroupTableTests
{
    private readonly GroupTable _table = new(2);

    [Fact]
    public void Joined_LeaderMovesToAnotherPod_MembersAreUnknown()
    {
        Join(7, 6);
        Assert.Equal(new GroupStats("billing", 6, 1), Assert.Single(_table.ToList()));
        Join(8, 0);
        Assert.Equal(new GroupStats("billing", 0, 2), Assert.Single(_table.ToList()));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    public void Joined_LeaderAndFollowerInOnePod_HasTheLeadersWhicheverTellsFirst(int first, int second)
    {
        Join(7, 6);
        Join(8, first);
        Join(8, second);
        Join(8, 0);
        Assert.Equal(new GroupStats("billing", 3, 2), Assert.Single(_table.ToList()));
    }

    [Fact]
    public void Left_InTheLastGeneration_MembersAreUnknownUntilTheNext()
    {
        Join(7, 2);
        _table.Left(_table.Get("billing"u8), 7);
        Assert.Equal(new GroupStats("billing", 0, 1), Assert.Single(_table.ToList()));
        Join(8, 1);
        Assert.Equal(new GroupStats("billing", 1, 2), Assert.Single(_table.ToList()));
    }

    [Fact]
    public void Left_RebalanceEndedBeforeItWasAnswered_KeepsTheNewMembers()
    {
        Join(7, 2);
        Assert.Equal(7, _table.GenerationOf(_table.Get("billing"u8)));
        Join(8, 1);
        _table.Left(_table.Get("billing"u8), 7);
        Assert.Equal(new GroupStats("billing", 1, 2), Assert.Single(_table.ToList()));
    }

    [Fact]
    public void Advanced_ClassicGroupMovesToTheConsumerProtocol_HasNoClassicMembers()
    {
        Join(7, 2);
        _table.Advanced(_table.Get("billing"u8), 8, joins: true);
        Assert.Equal(new GroupStats("billing", 0, 2), Assert.Single(_table.ToList()));
    }

    [Fact]
    public void Joined_BeyondTheLimit_HasNoMembers()
    {
        var table = new GroupTable(1);
        _ = table.Get("billing"u8);
        table.Joined(table.Get("other"u8), 7, 6);
        table.Joined(table.Get("another"u8), 8, 0);
        Assert.Equal([new GroupStats("billing", 0, 0), new GroupStats("__other__", 0, 2)], table.ToList());
    }

    private void Join(int generation, int members) => _table.Joined(_table.Get("billing"u8), generation, members);
}
