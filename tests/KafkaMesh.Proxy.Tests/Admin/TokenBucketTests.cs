using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class TokenBucketTests
{
    private readonly SettableTime _time = new(DateTimeOffset.UnixEpoch) { IsStopped = true };

    [Fact]
    public void TryTake_MoreThanTheBurst_TellsHowLongToWait()
    {
        var bucket = new TokenBucket(3, 2, _time);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => bucket.TryTake(out TimeSpan _)));
        Assert.False(bucket.TryTake(out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        _time.Advance(TimeSpan.FromSeconds(0.25));
        Assert.False(bucket.TryTake(out wait));
        Assert.Equal(TimeSpan.FromSeconds(0.25), wait);
        _time.Advance(wait);
        Assert.True(bucket.TryTake(out wait));
        Assert.False(bucket.TryTake(out _));
    }

    [Fact]
    public void TryTake_AfterALongTime_HasTheBurstAndNoMore()
    {
        var bucket = new TokenBucket(3, 2, _time);
        _time.Advance(TimeSpan.FromDays(100));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => bucket.TryTake(out TimeSpan _)));
    }

    [Fact]
    public void TryTake_AsOftenAsItFills_NeverRefuses()
    {
        var bucket = new TokenBucket(1, 8, _time);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(bucket.TryTake(out _));
            _time.Advance(TimeSpan.FromSeconds(0.125));
        }
    }
}
