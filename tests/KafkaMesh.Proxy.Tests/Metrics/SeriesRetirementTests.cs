using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Metrics;

/// <summary>Topics and groups beyond their budget: idle ones make room, and no count is lost or told twice.</summary>
public class SeriesRetirementTests
{
    private const int Loops = 2;
    private static readonly long s_second = Ticks.From(TimeSpan.FromSeconds(1));
    private static readonly long s_idle = Ticks.From(SeriesLimits.IdleTime);

    private readonly TrafficMetrics _metrics = new(Loops, new SeriesLimits(Topics: 2, Groups: 1), SidecarIdentity.Create(), TimeProvider.System);
    private readonly IRelayObserver[] _observers;
    private long _now = 1;
    private int _correlation;

    public SeriesRetirementTests() => _observers = [.. Enumerable.Range(0, Loops).Select(loop => _metrics.Create(Connection(loop)))];

    [Fact]
    public void Topics_IdleOneMakesRoom_SumStaysAndNothingIsToldTwice()
    {
        Tick();
        Produce("idle", 5, loop: 0);
        Produce("idle", 7, loop: 1);
        Produce("busy", 1);
        Produce("refused", 100);
        Assert.Equal(["busy 1", "idle 12", "__other__ 100"], Stats());
        Tick(); // nobody is idle, and the wish is forgotten

        _now += s_idle;
        Produce("busy", 1);
        Tick(); // tells the time
        Produce("busy", 1);
        Produce("new", 1000);
        Tick(); // takes the name away
        Assert.Equal(["busy 3", "__other__ 1112"], Stats());
        Assert.Equal(["busy 3", "__other__ 1100"], Exposed());
        Tick(); // both loops have settled
        Produce("new", 2000);
        Assert.Equal(["busy 3", "new 2000 since 1", "__other__ 1112"], Stats());
        Assert.Equal(["busy 3", "new 2000", "__other__ 1100"], Exposed());
        Produce("idle", 1);
        Assert.Equal(["busy 3", "new 2000 since 1", "__other__ 1113"], Stats());
        Assert.Equal(4, Report().SeriesDropped["topic_records_total"]);
    }

    [Fact]
    public void Topics_NameComesBack_CountsFromZeroWithAHigherNumber()
    {
        Tick();
        Produce("a", 5);
        Produce("b", 6);
        _now += s_idle;
        Tick();
        Produce("c", 1);
        Produce("b", 1);
        Tick();
        Tick();
        Produce("c", 1);
        _now += s_idle;
        Produce("c", 1);
        Produce("a", 1);
        Tick();
        Produce("c", 1);
        Produce("a", 1);
        Tick();
        Tick();
        Produce("a", 3);
        Assert.Equal(["a 3 since 2", "c 3 since 1", "__other__ 15"], Stats());
    }

    /// <summary>A frame may last: what it counts after its topic has retired belongs to the rest, not to who has the place now.</summary>
    [Fact]
    public void Topics_RetireWithinAFrame_RestOfTheFrameIsOther()
    {
        Tick();
        Produce("slow", 1);
        Produce("busy", 1);
        var frame = Wire.Produce(99, 0, "slow", Wire.Batch(40, 10));
        _observers[0].OnBytes(RelayFlow.Request, frame.AsSpan(0, frame.Length - 20), 0, 0);
        _now += s_idle;
        Tick();
        Produce("busy", 1, loop: 1);
        Produce("new", 1, loop: 1);
        Tick();
        Tick();
        Produce("new", 2, loop: 1);
        _observers[0].OnBytes(RelayFlow.Request, frame.AsSpan(frame.Length - 20), 0, 0);
        Assert.Equal(["busy 2", "new 2 since 1", "__other__ 42"], Stats());
    }

    [Fact]
    public void Topics_OneLoopDoesNotTick_PlaceStaysTaken()
    {
        Tick();
        Produce("a", 5, loop: 1);
        Produce("b", 5, loop: 1);
        Produce("c", 1);
        _now += s_idle;
        for (var i = 0; i < 5; i++)
        {
            _now += s_second;
            _metrics.OnTick(0, _now);
            Produce("c", 1);
        }

        Assert.Single(Stats(), line => !line.StartsWith("__other__", StringComparison.Ordinal));
        Assert.Equal(16, Report().Topics.Sum(topic => topic.Records));
        _metrics.OnTick(1, _now);
        Produce("c", 1);
        Assert.Contains(Stats(), line => line == "c 1 since 1");
        Assert.Equal(17, Report().Topics.Sum(topic => topic.Records));
    }

    [Fact]
    public void Groups_IdleOneMakesRoom_HeartbeatsKeepALiveOne()
    {
        Tick();
        Join("g", generation: 1);
        Join("other", generation: 1);
        Tick();
        _now += s_idle;
        Tick();
        _observers[0].OnBytes(RelayFlow.Request, Wire.Heartbeat(++_correlation), 0, 0);
        _observers[0].OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(_correlation), 0, 0);
        Join("other", generation: 2);
        Tick();
        Join("other", generation: 3);
        Assert.Equal([new GroupStats("g", 0, 1), new GroupStats("__other__", 0, 3)], Report().Groups);

        _now += s_idle;
        Tick();
        Join("other", generation: 4);
        Assert.Equal([new GroupStats("other", 0, 1) { Since = 1 }, new GroupStats("__other__", 0, 4)], Report().Groups);
        Assert.DoesNotContain("kafkamesh_group_rebalances_total{group=\"__other__\"} 4", Text(), StringComparison.Ordinal);
        Assert.Contains("kafkamesh_group_rebalances_total{group=\"__other__\"} 3", Text(), StringComparison.Ordinal);
        Assert.Equal(4, Report().SeriesDropped["group_rebalances_total"]);
    }

    /// <summary>Two loops count ten times as many topics as there are places while a third thread reads: per topic and in sum nothing falls, and the end is exact.</summary>
    [Fact]
    public void Topics_TenTimesTheBudgetWhileRead_NeverFallAndEndExact()
    {
        const int limit = 50;
        const int frames = 30_000;
        var metrics = new TrafficMetrics(Loops, new SeriesLimits(Topics: limit), SidecarIdentity.Create(), TimeProvider.System);
        var topics = Enumerable.Range(0, 10 * limit).Select(i => Wire.Produce(1, 0, $"topic-{i}", Wire.Batch(1, 10))).ToArray();
        var reports = 0;
        var threads = Enumerable.Range(0, Loops).Select(loop => new Thread(() =>
        {
            var random = new Random(loop);
            var observer = metrics.Create(Connection(loop));
            for (var i = 0; i < frames; i++)
            {
                // However slow the reader is, it shall see what comes and goes.
                if (i % 1000 == 999)
                {
                    var seen = Volatile.Read(ref reports);
                    SpinWait.SpinUntil(() => Volatile.Read(ref reports) != seen, TimeSpan.FromSeconds(10));
                }

                // A window of names that wanders over all of them: those left behind grow idle.
                observer.OnBytes(RelayFlow.Request, topics[((i / 50) + random.Next(limit)) % topics.Length], 0, 0);
                if (i % 10 == 0)
                    metrics.OnTick(loop, 1 + (i * (s_idle / 2000)));
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        var lives = new Dictionary<(string, long), long>();
        var sum = 0L;
        do
        {
            var report = Report(metrics);
            Assert.InRange(report.Topics.Count, 0, limit + 1);
            foreach (var topic in report.Topics)
            {
                Assert.InRange(topic.Records, lives.GetValueOrDefault((topic.Topic, topic.Since)), long.MaxValue);
                lives[(topic.Topic, topic.Since)] = topic.Records;
            }

            Assert.InRange(report.Topics.Sum(topic => topic.Records), sum, frames * Loops);
            sum = report.Topics.Sum(topic => topic.Records);
            Volatile.Write(ref reports, reports + 1);
        }
        while (threads.Any(thread => thread.IsAlive));
        Assert.Equal(frames * Loops, Report(metrics).Topics.Sum(topic => topic.Records));
        Assert.True(lives.Count > 2 * limit, $"{lives.Count} series in {reports} reports");
    }

    [Fact]
    public void Topics_HostileNamesInFullTables_AllocateNothing()
    {
        var frames = Enumerable.Range(0, 100).Select(i => Wire.Produce(1, 0, $"hostile-{i}", Wire.Batch(1, 10))).ToArray();
        Produce("a", 1);
        Produce("b", 1);
        Show();
        Assert.Equal(0, Allocations.Of(Show));

        void Show()
        {
            foreach (var frame in frames)
                _observers[0].OnBytes(RelayFlow.Request, frame, 0, 0);
        }
    }

    [Fact]
    public void OnTick_NothingToDo_AllocatesNothing()
    {
        Produce("a", 1);
        Tick();
        Assert.Equal(0, Allocations.Of(Tick));
    }

    private void Tick()
    {
        _now += s_second;
        for (var loop = 0; loop < Loops; loop++)
            _metrics.OnTick(loop, _now);
    }

    private void Produce(string topic, int records, int loop = 0) =>
        _observers[loop].OnBytes(RelayFlow.Request, Wire.Produce(++_correlation, 0, topic, Wire.Batch(records, 10)), 0, 0);

    private void Join(string group, int generation)
    {
        _observers[0].OnBytes(
            RelayFlow.Request,
            Wire.Request(11, 0, ++_correlation, "c", [.. Wire.String(group), .. Wire.Int32(1000), .. Wire.String(""), .. Wire.String("consumer"), .. Wire.Int32(0)]),
            0,
            0);
        _observers[0].OnBytes(
            RelayFlow.Response,
            Wire.Response(_correlation, [.. Wire.Int16(0), .. Wire.Int32(generation), .. Wire.String("range"), .. Wire.String("m"), .. Wire.String("n"), .. Wire.Int32(0)]),
            0,
            0);
    }

    private List<string> Stats() => Lines(Report().Topics.Select(topic => $"{topic.Topic} {topic.Records}{(topic.Since > 0 ? $" since {topic.Since}" : "")}"));

    private List<string> Exposed() => Lines(Text().Split('\n').Where(line => line.StartsWith("kafkamesh_topic_records_total{", StringComparison.Ordinal))
        .Select(line => line.Split("topic=\"")[1].Replace("\"}", "", StringComparison.Ordinal)));

    private static List<string> Lines(IEnumerable<string> lines) => [.. lines.OrderBy(line => line.StartsWith("__", StringComparison.Ordinal)).ThenBy(line => line, StringComparer.Ordinal)];

    private string Text()
    {
        var output = new ArrayBufferWriter<byte>();
        _metrics.WriteMetrics(output, MetricsFormat.Prometheus);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private StatsReport Report() => Report(_metrics);

    private static StatsReport Report(TrafficMetrics metrics)
    {
        var output = new ArrayBufferWriter<byte>();
        metrics.WriteStats(output, draining: false, final: false);
        return JsonSerializer.Deserialize(output.WrittenSpan, ContractsJson.Default.StatsReport)!;
    }

    private static RelayConnection Connection(int loop) =>
        new(loop, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), loop, 0);
}
