using System.Text;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class TopicIdTableTests
{
    private static readonly long s_idle = Ticks.From(SeriesLimits.IdleTime);

    private readonly TopicIdTable _table = new();

    [Fact]
    public void Learn_ZeroIdOrNoName_IsPassedOver()
    {
        Assert.True(_table.Learn(default, "t"u8));
        Assert.True(_table.Learn(new TopicId(1, 2), ""u8));
        Assert.True(_table.Learn(new TopicId(1, 2), new byte[NameTable.MaxNameBytes + 1]));
        Assert.False(_table.TryGetName(default, out _));
        Assert.False(_table.TryGetName(new TopicId(1, 2), out _));
    }

    [Fact]
    public void Learn_FullTable_IsRefusedUntilIdsThatNobodyLooksUpMakeRoom()
    {
        _table.Sweep(1);
        for (var i = 0; i < TopicIdTable.Capacity; i++)
            Assert.True(Learn(i));
        Assert.False(Learn(TopicIdTable.Capacity));
        Assert.True(Learn(0)); // known
        Assert.Equal(0, _table.Sweep(2));
        Assert.False(Learn(TopicIdTable.Capacity));

        // A client that lists all topics again does not keep them all; one that uses some does.
        _table.Sweep(s_idle);
        for (var i = 0; i < TopicIdTable.Capacity; i++)
            Assert.True(Learn(i));
        for (var i = 0; i < 3000; i++)
            Assert.Equal($"topic-{i}", NameOf(i));
        Assert.False(Learn(TopicIdTable.Capacity));
        Assert.Equal(1 + (TopicIdTable.Capacity / 8), _table.Sweep(s_idle + 2));
        Assert.All(Enumerable.Range(0, 3000), i => Assert.Equal($"topic-{i}", NameOf(i)));
        Assert.Equal(TopicIdTable.Capacity - 3000 - 1 - (TopicIdTable.Capacity / 8), Enumerable.Range(3000, TopicIdTable.Capacity - 3000).Count(i => NameOf(i) is not null));
        Assert.True(Learn(TopicIdTable.Capacity));
        Assert.Equal($"topic-{TopicIdTable.Capacity}", NameOf(TopicIdTable.Capacity));
    }

    [Fact]
    public void Learn_ManyMoreTopicsThanPlacesAlwaysInTheSameOrder_KnowsThoseInUse()
    {
        const int topics = 10_000;
        int[] used = [0, 5000, 9000, 9999];
        _table.Sweep(1);
        List();
        Assert.Equal(["topic-0", null, null, null], used.Select(NameOf));
        List();
        Assert.All(used, i => Assert.Equal($"topic-{i}", NameOf(i)));

        // What is in use within the idle time stays, whatever else is listed and swept.
        for (var sweep = 1; sweep < 40; sweep++)
        {
            _table.Sweep(1 + (sweep * s_idle / 2));
            Assert.All(used, i => Assert.Equal($"topic-{i}", NameOf(i)));
            List();
        }

        void List()
        {
            for (var i = 0; i < topics; i++)
                Learn(i);
        }
    }

    [Fact]
    public void Learn_MoreIdsLookedUpInVainThanTheReserve_IsBounded()
    {
        for (var i = 0; i < TopicIdTable.Capacity; i++)
            Learn(i);
        for (var i = TopicIdTable.Capacity; i < 5 * TopicIdTable.Capacity; i++)
        {
            Assert.Null(NameOf(i));
            Assert.Equal(i < TopicIdTable.Capacity + TopicIdTable.Reserve, Learn(i));
        }
    }

    [Fact]
    public void TryGetName_KnownUnknownAndRefused_AllocatesNothing()
    {
        for (var i = 0; i < TopicIdTable.Capacity; i++)
            Learn(i);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < TopicIdTable.Capacity; i++)
            {
                Assert.True(_table.TryGetName(IdOf(i), out _));
                Assert.True(_table.Learn(IdOf(i), "x"u8));
                if (_table.Learn(IdOf(TopicIdTable.Capacity + i), "x"u8) || _table.TryGetName(IdOf(TopicIdTable.Capacity + i), out _))
                    Assert.Fail("an id that is not in the table");
            }
        }));
    }

    private bool Learn(int i) => _table.Learn(IdOf(i), Encoding.UTF8.GetBytes($"topic-{i}"));

    private string? NameOf(int i) => _table.TryGetName(IdOf(i), out var name) ? Encoding.UTF8.GetString(name) : null;

    private static TopicId IdOf(int i) => new((ulong)i + 1, ~(ulong)i);
}
