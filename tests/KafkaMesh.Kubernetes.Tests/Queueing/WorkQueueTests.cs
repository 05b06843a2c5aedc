using KafkaMesh.Kubernetes.Queueing;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Queueing;

/// <summary>Order, exclusion and pace of the work queue.</summary>
public sealed class WorkQueueTests
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Add_SameKeyTwice_IsHandedOutOnce()
    {
        using var queue = new WorkQueue<string>(timeProvider: _clock);
        queue.Add("a");
        queue.Add("b");
        queue.Add("a");

        Assert.Equal((true, "a"), await queue.TakeAsync(s_token));
        Assert.Equal((true, "b"), await queue.TakeAsync(s_token));
        Assert.Equal(0, queue.Length);
    }

    [Fact]
    public async Task Add_KeyBeingWorkedOn_ComesAgainAfterDone()
    {
        using var queue = new WorkQueue<string>(timeProvider: _clock);
        queue.Add("a");
        await queue.TakeAsync(s_token);
        queue.Add("a");
        queue.Add("a");
        Assert.Equal(0, queue.Length);

        queue.Done("a");

        Assert.Equal((true, "a"), await queue.TakeAsync(s_token));
        queue.Done("a");
        Assert.Equal(0, queue.Length);
    }

    [Fact]
    public async Task AddAfter_SeveralTimes_EarliestCounts()
    {
        using var queue = new WorkQueue<string>(timeProvider: _clock);
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(2));
        queue.AddAfter("a", TimeSpan.FromSeconds(5));

        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(0, queue.Length);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal((true, "a"), await queue.TakeAsync(s_token));
        queue.Done("a");
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, queue.Length);
    }

    [Fact]
    public async Task AddRateLimited_FailingKey_WaitsTwiceAsLongEachTimeUntilForgotten()
    {
        using var queue = new WorkQueue<string>(new WorkQueueOptions { BaseDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(5) }, _clock);
        foreach (var seconds in new[] { 1, 2, 4, 5, 5 })
        {
            await AssertDueAfterAsync(queue, seconds);
        }

        Assert.Equal(5, queue.Failures("a"));
        queue.Forget("a");
        await AssertDueAfterAsync(queue, 1);
    }

    [Fact]
    public void AddRateLimited_ManyKeysAtOnce_AreSpreadBeyondTheBurst()
    {
        using var queue = new WorkQueue<int>(new WorkQueueOptions { RetriesPerSecond = 10, Burst = 100 }, _clock);
        for (var key = 0; key < 150; key++)
        {
            queue.AddRateLimited(key);
        }

        _clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(100, queue.Length);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(queue.Length, 109, 111);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(150, queue.Length);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void AddAfter_WallClockSetMeanwhile_WaitsAsLongAsAsked(int seconds)
    {
        var machine = new SkewedTimeProvider(_clock);
        using var queue = new WorkQueue<string>(timeProvider: machine);
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("b", TimeSpan.FromSeconds(12));
        machine.Error = TimeSpan.FromSeconds(seconds);

        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, queue.Length);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(1, queue.Length);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, queue.Length);
    }

    [Fact]
    public async Task ShutDown_KeysInLine_AreHandedOutAndThenItEnds()
    {
        using var queue = new WorkQueue<string>(timeProvider: _clock);
        queue.Add("a");
        queue.ShutDown();
        queue.Add("b");

        Assert.Equal((true, "a"), await queue.TakeAsync(s_token));
        Assert.False((await queue.TakeAsync(s_token)).HasKey);
    }

    [Fact]
    public async Task TakeAsync_EightWorkers_NeverShareAKeyAndLoseNothing()
    {
        using var queue = new WorkQueue<int>();
        var busy = new int[16];
        var lastSeen = new long[16];
        var wanted = new long[16];
        var overlaps = 0;
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (await queue.TakeAsync(s_token) is (true, var key))
            {
                overlaps += Interlocked.Increment(ref busy[key]) == 1 ? 0 : 1;
                Interlocked.Exchange(ref lastSeen[key], Interlocked.Read(ref wanted[key]));
                await Task.Yield();
                Interlocked.Decrement(ref busy[key]);
                queue.Done(key);
            }
        })).ToList();

        for (var round = 0; round < 20_000; round++)
        {
            Interlocked.Increment(ref wanted[round % 16]);
            queue.Add(round % 16);
        }

        await Eventually.TrueAsync(() => wanted.SequenceEqual(lastSeen.Select((_, index) => Interlocked.Read(ref lastSeen[index]))), "the last state of every key was seen");
        queue.ShutDown();
        await Task.WhenAll(workers);
        Assert.Equal(0, overlaps);
    }

    private async Task AssertDueAfterAsync(WorkQueue<string> queue, int seconds)
    {
        queue.AddRateLimited("a");
        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, queue.Length);
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal((true, "a"), await queue.TakeAsync(s_token));
        queue.Done("a");
    }
}
