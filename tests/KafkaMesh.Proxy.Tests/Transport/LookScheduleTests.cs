using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class LookScheduleTests
{
    private readonly LookSchedule<string> _schedule = new(firstPause: 10, longestPause: 1000);

    [Fact]
    public void TryTake_LookedAtAgain_ComesAfterTwiceTheTimeEachUntilItsEnd()
    {
        _schedule.Add("a", now: 0, until: 5000);
        Assert.Equal([10, 30, 70, 150, 310, 630, 1270, 2270, 3270, 4270, 5000], DueTimes("a", 5000));
    }

    /// <summary>Thirty seconds of a connection that nobody takes anything from: a few dozen looks, not thousands.</summary>
    [Fact]
    public void TryTake_ThirtySeconds_AreAFewLooks()
    {
        _schedule.Add("a", now: 0, until: 30_000);
        Assert.InRange(DueTimes("a", 30_000).Count, 1, 40);
    }

    [Fact]
    public void TryTake_NothingDue_IsFalseAndTellsWhenThereIs()
    {
        Assert.Equal(long.MaxValue, _schedule.Next);
        Assert.False(_schedule.TryTake(long.MaxValue - 1, out _));
        _schedule.Add("later", now: 100, until: 105);
        _schedule.Add("soon", now: 90, until: 1000);
        Assert.Equal(100, _schedule.Next);
        Assert.False(_schedule.TryTake(99, out _));
        Assert.True(_schedule.TryTake(104, out LookSchedule<string>.Entry due));
        Assert.Equal("soon", due.Item);
        Assert.Equal(105, _schedule.Next);
    }

    private List<long> DueTimes(string item, long until)
    {
        var times = new List<long>();
        for (long now = 0; _schedule.Next != long.MaxValue; now = _schedule.Next)
        {
            while (_schedule.TryTake(now, out LookSchedule<string>.Entry due))
            {
                Assert.Equal((item, until), (due.Item, due.Until));
                times.Add(now);
                if (now < until)
                {
                    _schedule.Again(due, now);
                }
            }
        }

        return times;
    }
}
