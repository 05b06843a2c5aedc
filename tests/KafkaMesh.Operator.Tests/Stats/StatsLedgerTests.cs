using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

public sealed class StatsLedgerTests
{
    [Fact]
    public void Totals_TwoPods_AreTheSumOfTheLatestReports()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 1, 10));
        Take(ledger, "pod-a", Reports.Of("i1", 2, 25, errors: 3));
        Take(ledger, "pod-b", Reports.Of("i2", 1, 100));

        var produce = Assert.Single(ledger.Totals().Apis);

        Assert.Equal((125, 125, 3), (produce.Requests, produce.Responses, produce.ResponsesWithError));
        Assert.Equal(125, produce.Latency.Count);
        Assert.Equal([new ErrorCount(6, "NOT_LEADER_OR_FOLLOWER", 3)], produce.Errors);
    }

    [Fact]
    public void Totals_SidecarRestarts_CountsBothInstancesOnce()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 5, 40));
        Take(ledger, "pod-a", Reports.Of("i2", 1, 2));

        Assert.Equal(42, Requests(ledger));
        Assert.True(ledger.HasRetired);
    }

    [Fact]
    public void Totals_PodGoesAndAnOlderAnswerIsLate_NeverGoBackwards()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 3, 30));
        Take(ledger, "pod-a", Reports.Of("i1", 2, 20));
        Assert.Equal(30, Requests(ledger));

        ledger.Retire(Nobody, Nobody);

        Assert.Equal(30, Requests(ledger));
        Assert.Empty(ledger.Living);
    }

    [Fact]
    public void Totals_PodLeavesTheSelectorAndComesBack_CountsItsSidecarOnce()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 1, 30));
        ledger.Retire(Nobody, Nobody);

        Take(ledger, "pod-a", Reports.Of("i1", 2, 35));

        Assert.Equal(35, Requests(ledger));
        Assert.Equal(350, ledger.Totals().Topics.Single().Records);
    }

    [Fact]
    public void Totals_PodLeavesTheSelectorAndAnotherLeaderSeesItComeBack_CountsItsSidecarOnce()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 1, 30));
        ledger.Retire(Nobody, Nobody);
        Assert.True(ledger.HasRetired);

        var next = NextLeader(ledger);
        Assert.Equal((30, 0), (Requests(next), next.Totals().Groups.Single().Members));
        Take(next, "pod-a", Reports.Of("i1", 2, 35));

        Assert.Equal(35, Requests(next));
        Assert.Equal(350, next.Totals().Topics.Single().Records);
        Assert.Equal(35, next.Totals().Apis.Single().Latency.Count);
    }

    [Fact]
    public void Totals_SidecarRestartsWhileItsPodIsAway_CountsBothInstancesOnce()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 1, 30));
        ledger.Retire(Nobody, Nobody);

        Take(ledger, "pod-a", Reports.Of("i2", 1, 5));

        Assert.Equal(35, Requests(ledger));
    }

    [Fact]
    public void Retire_MorePodsThanMayComeBack_KeepsWhatTheyCounted()
    {
        var ledger = new StatsLedger();
        for (var i = 0; i <= StatsLedger.MaxDeparted; i++)
        {
            Take(ledger, $"pod-{i}", Reports.Of($"i{i}", 1, 10));
            ledger.Retire(Nobody, Nobody);
        }

        Assert.Equal(10 * (StatsLedger.MaxDeparted + 1), Requests(ledger));
        Assert.Equal(StatsLedger.MaxDeparted, ledger.Snapshot().Departed.Count);
        Assert.Equal(10, ledger.Snapshot().Retired.Apis.Single().Requests);
    }

    [Fact]
    public void Retire_WholeLargeWorkloadLeavesTheSelectorAndReturnsToAnotherLeader_CountsEverySidecarOnce()
    {
        const int Pods = 3 * StatsLedger.MaxDeparted;
        var ledger = new StatsLedger();
        for (var i = 0; i < Pods; i++)
            Take(ledger, $"pod-{i}", Reports.Of($"i{i}", 1, 10));
        ledger.Retire(Nobody, Nobody);
        Assert.Equal(10 * Pods, Requests(ledger));

        var next = NextLeader(ledger);
        for (var i = 0; i < Pods; i++)
            Take(next, $"pod-{i}", Reports.Of($"i{i}", 2, 11));

        Assert.Equal(11 * Pods, Requests(next));
    }

    [Fact]
    public void TakeCounted_AnyCourse_HasEveryReportOnceAsItsDifference()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 1, 30, uptime: 10));
        Take(ledger, "pod-b", Reports.Of("i2", 1, 5000, uptime: 100_000)); // all its life before anybody asked is no news
        Take(ledger, "pod-a", Reports.Of("i1", 2, 35, uptime: 25));
        Assert.Equal(35, Counted(ledger));

        Take(ledger, "pod-b", Reports.Of("i2", 2, 5007, uptime: 100_015));
        Take(ledger, "pod-a", Reports.Of("i3", 1, 2, uptime: 3)); // it restarted
        Assert.Equal(9, Counted(ledger));
        Assert.Equal(0, Counted(ledger));

        // What was counted while nobody read it is no news either when it comes back.
        ledger.Retire(new HashSet<string> { "pod-a" }, Nobody);
        Take(ledger, "pod-b", Reports.Of("i2", 3, 6000, uptime: 100_300));
        Assert.Equal((0, 0), (Counted(ledger), ledger.Living.Single(sidecar => sidecar.PodUid == "pod-b").Seconds));

        // Another leader goes on from what was stored.
        var next = NextLeader(ledger);
        Assert.Equal(0, Counted(next));
        Take(next, "pod-b", Reports.Of("i2", 4, 6001, uptime: 100_315));
        Assert.Equal((1, 15), (Counted(next), next.Living.Single(sidecar => sidecar.PodUid == "pod-b").Seconds));
    }

    [Fact]
    public void Retire_PodThatEnded_IsNotKeptForAReturn()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 1, 30));
        Take(ledger, "pod-b", Reports.Of("i2", 1, 30) with { Draining = true });
        ledger.Retire(new HashSet<string> { "pod-a", "pod-b" }, new HashSet<string> { "pod-a" });
        ledger.Retire(Nobody, Nobody);

        Assert.Empty(ledger.Snapshot().Departed);
        Assert.Equal(60, Requests(ledger));
    }

    [Fact]
    public void Totals_RandomChurnAndLeaderChanges_AreExactAndNeverGoBackwards()
    {
        var random = new Random(7);
        var ledger = new StatsLedger();
        var live = new Dictionary<string, (string Instance, long Sequence, long Requests)>();
        long truth = 0, shown = 0;
        var next = 0;
        for (var step = 0; step < 2000; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    live[$"pod-{next}"] = ($"i{next++}", 0, 0);
                    break;
                case 1 when live.Count > 0:
                    var gone = live.Keys.ElementAt(random.Next(live.Count));
                    live.Remove(gone);
                    ledger.Retire(live.Keys.ToHashSet(), Nobody);
                    break;
                case 2 when live.Count > 0:
                    var restarted = live.Keys.ElementAt(random.Next(live.Count));
                    live[restarted] = ($"i{next++}", 0, 0);
                    break;
                case 3:
                    ledger = StatsLedger.From(LedgerCodec.Decode(LedgerCodec.Encode(ledger.Snapshot())));
                    break;
                default:
                    foreach (var (pod, (instance, sequence, requests)) in live.ToList())
                    {
                        var more = random.Next(5);
                        truth += more;
                        live[pod] = (instance, sequence + 1, requests + more);
                        Take(ledger, pod, Reports.Of(instance, sequence + 1, requests + more));
                    }
                    break;
            }
            var total = Requests(ledger);
            Assert.InRange(total, shown, truth);
            shown = total;
        }
        Assert.Equal(truth, shown);
        Assert.True(truth > 1000);
    }

    [Fact]
    public void Totals_SidecarsLieAboutLargeCounts_NeverTurnNegative()
    {
        var ledger = new StatsLedger();
        for (var i = 0; i < 2000; i++)
            Take(ledger, "pod-a", Reports.Of($"i{i}", 1, StatsReportValidator.MaxCounter / 100));
        for (var i = 0; i < 2000; i++)
            Take(ledger, $"pod-{i}", Reports.Of($"j{i}", 1, StatsReportValidator.MaxCounter / 100));

        var api = Assert.Single(ledger.Totals().Apis);
        Assert.True(api is { Requests: > 0, RequestBytes: long.MaxValue, ResponseBytes: long.MaxValue });
        Assert.NotNull(api.Latency.PercentileMilliseconds(0.99));
    }

    [Fact]
    public void Totals_OneRebalanceSeenByManyMembers_CountsOnce()
    {
        var ledger = new StatsLedger();
        Take(ledger, "pod-a", Reports.Of("i1", 4, 1));
        Take(ledger, "pod-b", Reports.Of("i2", 4, 1));

        Assert.Equal(new GroupStats("g", 2, 4), Assert.Single(ledger.Totals().Groups));
    }

    [Fact]
    public void Encode_ManyPods_StaysBelowAConfigMapAndKeepsCounters()
    {
        var ledger = new StatsLedger();
        var random = new Random(1);
        for (var pod = 0; pod < 1500; pod++)
        {
            var report = Reports.Of($"instance-{Guid.NewGuid()}", 1, random.Next(1, 1_000_000));
            Take(ledger, $"pod-{Guid.NewGuid()}", report with
            {
                Apis = [.. Enumerable.Range(0, 12).Select(key => report.Apis[0] with
                {
                    ApiKey = key,
                    Latency = [new LatencyStats("all", Wide(random))],
                })],
            });
        }

        var bytes = LedgerCodec.Encode(ledger.Snapshot());

        Assert.InRange(bytes.Length, 1, LedgerCodec.MaxBytes);
        Assert.Equal(Requests(ledger), Requests(StatsLedger.From(LedgerCodec.Decode(bytes))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("H4sIAAAAAAAAA6tWSssvyk0sUbIyrAUABmtzXAwAAAA=")]
    public void Decode_ForeignBytes_IsInvalidData(string base64) =>
        Assert.Throws<InvalidDataException>(() => LedgerCodec.Decode(Convert.FromBase64String(base64)));

    private static IReadOnlySet<string> Nobody { get; } = new HashSet<string>();

    private static StatsLedger NextLeader(StatsLedger ledger) => StatsLedger.From(LedgerCodec.Decode(LedgerCodec.Encode(ledger.Snapshot())));

    private static HistogramReport Wide(Random random)
    {
        var buckets = Enumerable.Range(200, 60).SelectMany(i => new long[] { i, random.Next(1, 1000) }).ToList();
        return new HistogramReport { Count = 1, SumNanoseconds = 1, Buckets = buckets };
    }

    private static long Counted(StatsLedger ledger) => ledger.TakeCounted().Sum(api => api.Requests);

    private static long Requests(StatsLedger ledger) => ledger.Totals().Apis.Sum(a => a.Requests);

    private static void Take(StatsLedger ledger, string pod, StatsReport report) => Assert.Null(ledger.Record(pod, report));
}
