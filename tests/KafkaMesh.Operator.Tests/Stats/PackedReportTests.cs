using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

public sealed class PackedReportTests
{
    [Fact]
    public void Unpack_AnyReport_HasAllThatIsShown()
    {
        var random = new Random(3);
        PackedReport? last = null;
        for (var i = 0; i < 300; i++)
        {
            var report = Any(random);
            last = PackedReport.Of(report, last);

            Assert.Equal(JsonSerializer.Serialize(report, ContractsJson.Default.StatsReport), JsonSerializer.Serialize(last.Unpack(), ContractsJson.Default.StatsReport));
        }
    }

    [Fact]
    public void Unpack_EmptyLongPolls_AreLeftOut() =>
        Assert.Equal(["all"], PackedReport.Of(Reports.Of("i", 1, 10), like: null).Unpack().Apis.Single().Latency.Select(latency => latency.Result));

    [Fact]
    public void Of_BusySidecar_TakesAFractionOfTheObjects()
    {
        var report = Reports.Of("i", 1, 1000);
        report = report with
        {
            Apis = [.. Enumerable.Range(0, 12).Select(key => report.Apis[0] with
            {
                ApiKey = key,
                Latency = [new LatencyStats("all", new HistogramReport { Buckets = [.. Enumerable.Range(300, 60).SelectMany(bucket => new long[] { bucket, 1000 + bucket })] })],
            })],
        };
        var first = PackedReport.Of(report, like: null);

        var packed = Allocated(() => PackedReport.Of(report, first));
        var objects = Allocated(() => first.Unpack());

        Assert.InRange(packed, 1, objects / 3);
    }

    private static long Allocated<T>(Func<T> make)
    {
        const int Times = 1000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
            GC.KeepAlive(make());
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
    }

    private static StatsReport Any(Random random) => new()
    {
        InstanceId = $"i{random.Next()}",
        Sequence = random.NextInt64(),
        UptimeSeconds = random.NextDouble() * 1e6,
        Draining = random.Next(2) == 0,
        ProxyVersion = Name(random),
        Clients = Many(random, 3, () => new ClientStats(Name(random), Name(random), Name(random))),
        Brokers = Many(random, 3, () => new BrokerStats { Direction = Name(random), Address = Name(random), Open = Number(random), Total = Number(random), ConnectErrors = Number(random) }),
        DecodeFailures = Counts(random),
        SeriesDropped = Many(random, 3, () => Name(random)).Distinct().ToDictionary(name => name, _ => Number(random)),
        Connections = Many(random, 4, () => new ConnectionStats { Direction = Name(random), Protocol = Name(random), Open = Number(random), Total = Number(random) }),
        Apis = Many(random, 20, () => new ApiStats
        {
            Direction = Name(random),
            Api = Name(random),
            ApiKey = random.Next(3) == 0 ? ApiStats.OtherApiKey : random.Next(-5, 100),
            Requests = Number(random),
            Responses = Number(random),
            ResponsesWithError = Number(random),
            RequestBytes = Number(random),
            ResponseBytes = Number(random),
            ThrottleMilliseconds = Number(random),
            WithoutResponse = Number(random),
            InFlight = Number(random),
            Unanswered = Counts(random),
            Versions = Many(random, 3, () => new VersionCount(random.Next(-1, 20), Number(random))),
            Errors = Many(random, 3, () => new ErrorCount(random.Next(int.MinValue, int.MaxValue), Name(random), Number(random))),
            Latency = Many(random, 3, () => new LatencyStats(Name(random), new HistogramReport { Count = Number(random), SumNanoseconds = random.NextInt64(), Buckets = Buckets(random) })),
        }),
        Topics = Many(random, 400, () => new TopicStats { Direction = Name(random), Api = Name(random), Topic = Name(random), Since = random.NextInt64(long.MinValue, long.MaxValue), Records = Number(random), Bytes = Number(random) }),
        Groups = Many(random, 10, () => new GroupStats(Name(random), Number(random), Number(random)) { Since = random.Next(3) }),
    };

    private static CountByReason[] Counts(Random random) => Many(random, 3, () => new CountByReason(Name(random), Number(random), random.Next(2) == 0 ? null : Name(random)));

    private static T[] Many<T>(Random random, int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => make())];

    private static long[] Buckets(Random random)
    {
        var indexes = Enumerable.Range(0, LatencyBuckets.Count).Where(_ => random.Next(20) == 0);
        return [.. indexes.SelectMany(index => new[] { index, Number(random) })];
    }

    private static long Number(Random random) => random.NextInt64(1L << random.Next(0, 54));

    private static string Name(Random random) => random.Next(10) switch
    {
        0 => "",
        1 => new string('ü', random.Next(300)),
        var n => $"name-{n}",
    };
}
