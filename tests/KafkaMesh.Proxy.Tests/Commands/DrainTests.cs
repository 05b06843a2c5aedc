using System.Net.Sockets;
using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Commands;

public sealed class DrainTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Run_ConnectionOpenThenClosed_WaitsForItThenForTheReport()
    {
        using var rig = new RelayRig(new RecordingObservers());
        using var drain = new Drain(rig.Server, new DrainSettings(s_long, s_long), TimeProvider.System, () => false);
        (Socket client, Socket broker) = rig.Pair();
        Task<DrainEnd> run = Task.Run(() => drain.Run(() => { }));
        Assert.False(drain.IsDraining);
        drain.Signal();
        Assert.True(drain.IsDraining);
        Assert.False(drain.TryFinish());

        client.Dispose();
        broker.Dispose();
        Assert.True(SpinWait.SpinUntil(drain.TryFinish, RelayRig.Deadline));
        Assert.False(run.IsCompleted);
        drain.FinalReportRead();
        Assert.Equal(DrainEnd.Reported, await run.WaitAsync(RelayRig.Deadline));
    }

    [Fact]
    public async Task Run_NobodyReadsTheReport_EndsAfterItsWait()
    {
        using var rig = new RelayRig(new RecordingObservers());
        using var drain = new Drain(rig.Server, new DrainSettings(s_long, TimeSpan.FromMilliseconds(100)), TimeProvider.System, () => false);
        drain.Signal();
        Assert.Equal(DrainEnd.NotCollected, await Task.Run(() => drain.Run(() => { })).WaitAsync(RelayRig.Deadline));
    }

    [Fact]
    public async Task Run_ConnectionComesBack_ReportWaitStartsAgain()
    {
        var clock = new SteppedClock();
        using var rig = new RelayRig(new RecordingObservers());
        using var drain = new Drain(rig.Server, new DrainSettings(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(15)), clock, () => false);
        Task<DrainEnd> run = Task.Run(() => drain.Run(() => { }));
        drain.Signal();
        clock.Advance(TimeSpan.FromSeconds(14));
        (Socket client, Socket broker) = rig.Pair();
        clock.AwaitReadings(3);
        clock.Advance(TimeSpan.FromSeconds(60));
        clock.AwaitReadings(3);
        Assert.False(run.IsCompleted);
        client.Dispose();
        broker.Dispose();
        Assert.True(SpinWait.SpinUntil(() => rig.Server.Counters.Open == 0, RelayRig.Deadline));
        clock.AwaitReadings(3);
        Assert.False(run.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(DrainEnd.NotCollected, await run.WaitAsync(RelayRig.Deadline));
    }

    [Fact]
    public async Task Run_ApplicationLives_NeitherSilenceNorAReaderEndsIt()
    {
        var clock = new SteppedClock();
        bool lives = true;
        using var rig = new RelayRig(new RecordingObservers());
        using var drain = new Drain(
            rig.Server, new DrainSettings(TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(15)), clock, () => Volatile.Read(ref lives));
        Task<DrainEnd> run = Task.Run(() => drain.Run(() => { }));
        drain.Signal();
        clock.AwaitReadings(3);
        clock.Advance(TimeSpan.FromSeconds(60));
        clock.AwaitReadings(3);
        Assert.False(run.IsCompleted);
        Assert.False(drain.TryFinish());
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("late"u8);
        Assert.Equal("late"u8, broker.ReceiveExactly(4));
        client.Dispose();
        broker.Dispose();

        Volatile.Write(ref lives, false);
        Assert.True(SpinWait.SpinUntil(drain.TryFinish, RelayRig.Deadline));
        drain.FinalReportRead();
        Assert.Equal(DrainEnd.Reported, await run.WaitAsync(RelayRig.Deadline));
    }

    [Fact]
    public async Task Run_ApplicationOutlivesTheGracePeriod_EndsThen()
    {
        using var rig = new RelayRig(new RecordingObservers());
        using var drain = new Drain(rig.Server, new DrainSettings(TimeSpan.FromMilliseconds(200), TimeSpan.Zero), TimeProvider.System, () => true);
        drain.Signal();
        Assert.Equal(DrainEnd.NotCollected, await Task.Run(() => drain.Run(() => { })).WaitAsync(RelayRig.Deadline));
    }

    /// <summary>Stands still until it is moved, and knows how often it was read.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private long _now;
        private int _readings;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _readings);
            return Volatile.Read(ref _now);
        }

        public void Advance(TimeSpan span) => Interlocked.Add(ref _now, span.Ticks);

        public void AwaitReadings(int count)
        {
            int before = Volatile.Read(ref _readings);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _readings) >= before + count, RelayRig.Deadline));
        }
    }
}
