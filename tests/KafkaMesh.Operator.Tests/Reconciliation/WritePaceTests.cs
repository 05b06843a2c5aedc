using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class WritePaceTests
{
    [Fact]
    public void TryTake_BurstIsUsedUp_WaitsForItsTurn()
    {
        var time = new StillTime();
        var pace = new WritePace(time);

        Assert.Equal(WritePace.Burst, Enumerable.Range(0, 2 * WritePace.Burst).Count(_ => pace.TryTake()));
        time.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(WritePace.PerSecond, Enumerable.Range(0, 2 * WritePace.Burst).Count(_ => pace.TryTake()));
    }

    [Fact]
    public void Take_WhatMustNotWait_TakesTheTurnsOfThoseThatMay()
    {
        var time = new StillTime();
        var pace = new WritePace(time);
        for (var i = 0; i < WritePace.Burst + WritePace.PerSecond; i++)
            pace.Take();

        time.Now += TimeSpan.FromSeconds(1);
        Assert.False(pace.TryTake());
        time.Now += TimeSpan.FromSeconds(1);
        Assert.True(pace.TryTake());
    }

    private sealed class StillTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
