using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Tests.Stats;
using Serilog.Core;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>The last hour in memory.</summary>
public sealed class MonitorHistoryTests
{
    [Fact]
    public void Take_ReportsOfSeveralSidecars_CountOnceEachWhateverHappensInBetween()
    {
        var rounds = new Rounds();
        var history = new MonitorHistory();
        rounds.Report("a", Reports.Of("a1", 1, 100, uptime: 10));
        rounds.Report("b", Reports.Of("b1", 1, 5000, uptime: 90_000));
        history.Take(rounds.Next(), monitors: 1);
        Assert.Equal(100, history.Samples[^1].Requests); // b's life did not happen in this interval

        rounds.Report("a", Reports.Of("a1", 2, 130, uptime: 25));
        rounds.Report("b", Reports.Of("b1", 2, 5007, uptime: 90_015));
        history.Take(rounds.Next(isCollection: false), monitors: 1);
        Assert.Single(history.Samples);
        history.Take(rounds.Next(), monitors: 1);
        Assert.Equal((37, 30.0), (history.Samples[^1].Requests, history.Samples[^1].Seconds));

        // Nothing new; then a restart, and a sidecar that goes.
        history.Take(rounds.Next(true, "a"), monitors: 1);
        Assert.Equal(0, history.Samples[^1].Requests);
        rounds.Report("a", Reports.Of("a2", 1, 4, uptime: 3));
        rounds.Ledger.Retire(new HashSet<string> { "a" }, new HashSet<string>());
        history.Take(rounds.Next(), monitors: 1);
        Assert.Equal(4, history.Samples[^1].Requests);

        // What b counted while nobody read it did not happen in the interval in which it comes back.
        rounds.Report("b", Reports.Of("b1", 3, 6000, uptime: 90_300));
        history.Take(rounds.Next(), monitors: 1);
        rounds.Report("b", Reports.Of("b1", 4, 6001, uptime: 90_315));
        history.Take(rounds.Next(), monitors: 1);
        Assert.Equal([100L, 37, 0, 4, 0, 1], history.Samples.Select(s => s.Requests));
        Assert.All(history.Samples, s => Assert.True(s.IsKnown));
    }

    [Fact]
    public void Take_NobodyReports_IsAGap()
    {
        var rounds = new Rounds();
        var store = new FigureStore(Logger.None);
        store.Take(rounds.Next());
        rounds.Report("a", Reports.Of("a1", 1, 100, uptime: 10));
        store.Take(rounds.Next());
        var view = HistoryAnswer.Of(store.Find(rounds.Next().Key), null, null, rounds.Now, 15);
        Assert.Equal([null, 100 / 15.0], view.RequestsPerSecond);
        Assert.Equal([true, false], view.Heatmap.Counts.Select(c => c is null));
    }

    [Fact]
    public void Take_RoundOfAMonitorThatIsGone_IsNotKept()
    {
        var rounds = new Rounds();
        string? uid = "u";
        var store = new FigureStore(Logger.None, _ => uid);
        store.Take(rounds.Next());
        var key = rounds.Next().Key;
        Assert.NotNull(store.Find(key));

        // A collection that was under way when the monitor was deleted, and one of a monitor that was deleted and made again.
        foreach (var now in (string?[])[null, "another"])
        {
            uid = now;
            store.Forget(key);
            store.Take(rounds.Next());
            Assert.Null(store.Find(key));
        }
    }

    [Fact]
    public void Take_OnlySidecarsThatRanBefore_IsNotKnownRatherThanNothing()
    {
        var rounds = new Rounds();
        var history = new MonitorHistory();
        rounds.Report("a", Reports.Of("a1", 1, 5000, uptime: 90_000));
        history.Take(rounds.Next(), monitors: 1);
        Assert.False(history.Samples[^1].IsKnown);

        rounds.Report("a", Reports.Of("a1", 2, 5000, uptime: 90_015));
        history.Take(rounds.Next(), monitors: 1);
        Assert.Equal((true, 0L), (history.Samples[^1].IsKnown, history.Samples[^1].Requests));
    }

    [Fact]
    public void Take_MoreThanThereIsRoomFor_KeepsTheHourCoarserAndLosesNoCount()
    {
        var rounds = new Rounds();
        var history = new MonitorHistory();
        var report = new StatsReport { InstanceId = "i" };
        for (var i = 1; i <= 240; i++)
        {
            // 64 latencies in 20 APIs: more than the budget holds at full resolution.
            report = report with
            {
                Sequence = i,
                UptimeSeconds = 15 * i,
                Apis = [.. Enumerable.Range(0, 20).Select(key => new ApiStats
                {
                    ApiKey = key, Api = $"Api{key}", Requests = 640L * i, Responses = 640L * i,
                    Latency = [new LatencyStats("all", new HistogramReport { Count = 640L * i, Buckets = [.. Enumerable.Range(200, 64).SelectMany(b => (long[])[2 * b, 10L * i])] })],
                })],
            };
            rounds.Report("a", report);
            history.Take(rounds.Next(), monitors: 1);
        }
        Assert.InRange(history.Samples.Sum(s => s.Bytes), 1, MonitorHistory.MaxBytes);
        Assert.InRange(history.Samples.Length, 50, 239);
        Assert.Equal(240 * 20 * 640L, history.Samples.Sum(s => s.Requests));
        Assert.Equal(240 * 15.0, history.Samples.Sum(s => s.Seconds), precision: 3);
        Assert.Equal(15, history.Samples[^1].Seconds);
        Assert.True(history.Samples[0].Seconds > 15);
        var buckets = history.Samples.SelectMany(s => SampleCodec.Decode(s.Apis)).Where(a => a.ApiKey == 7).Sum(a => a.Latency[0].Histogram.Count);
        Assert.Equal(240 * 640L, buckets);
    }

    [Fact]
    public void Take_LongerThanAnHour_ForgetsWhatIsOlder()
    {
        var rounds = new Rounds();
        var history = new MonitorHistory();
        for (var i = 1; i <= 500; i++)
        {
            rounds.Report("a", Reports.Of("a1", i, 10 * i, uptime: 15 * i));
            history.Take(rounds.Next(), monitors: 1);
        }
        Assert.Equal(240, history.Samples.Length);
        Assert.InRange(history.Samples.Sum(s => s.Bytes), 1, MonitorHistory.MaxBytes);
        Assert.InRange(history.Groups.Length, 7, 8);
    }

    [Fact]
    public void Take_ManyMonitors_SharesTheMemory()
    {
        var rounds = new Rounds();
        var history = new MonitorHistory();
        for (var i = 1; i <= 240; i++)
        {
            rounds.Report("a", Reports.Of("a1", i, 10 * i, uptime: 15 * i));
            history.Take(rounds.Next(), monitors: 100_000);
        }
        Assert.InRange(history.Samples.Sum(s => s.Bytes), 1, 8 * 1024);
        Assert.Equal(2400, history.Samples.Sum(s => s.Requests));
    }

    [Fact]
    public void Take_MoreGroupsThanThereIsRoomFor_RemembersThoseWithMostRebalancesAndGuessesNoRate()
    {
        var rounds = new Rounds();
        var history = new MonitorHistory();
        var groups = Enumerable.Range(1, 150).Select(i => new GroupStats($"g{i}", 1, i)).ToList();
        rounds.Report("a", Reports.Of("a1", 1, 10) with { Groups = groups });
        history.Take(rounds.Next(), monitors: 200);
        Assert.Equal(MonitorHistory.MaxTotalGroups / 200, history.Groups.Single().Rebalances.Count);

        rounds.Now += TimeSpan.FromHours(1) - TimeSpan.FromSeconds(15);
        rounds.Report("a", Reports.Of("a1", 2, 11) with { Groups = [.. groups.Select(g => g with { Rebalances = g.Rebalances + 3 })] });
        var views = GroupFigures.Of(rounds.Next(), history.Groups[0]).ToDictionary(g => g.Name, g => g.RebalancesPerHour);
        Assert.Equal(3.0, views["g150"]!.Value, precision: 6);
        Assert.Null(views["g1"]);
    }

    [Fact]
    public void Encode_AnySums_AreReadBack()
    {
        var sum = new ApiSum(int.MaxValue);
        sum.Add(Reports.Of("i", 1, 1234, errors: 7).Apis[0] with { ApiKey = int.MaxValue }, 1);
        var unused = new ApiSum(3);
        var read = Assert.Single(SampleCodec.Decode(SampleCodec.Encode([sum, unused])));
        Assert.Equal((int.MaxValue, 1234, 1234, 7, 123_400, 61_700), (read.ApiKey, read.Requests, read.Responses, read.ResponsesWithError, read.RequestBytes, read.ResponseBytes));
        Assert.Equal((6, 7), (read.Errors[0].Code, read.Errors[0].Count));
        Assert.Equal([LatencyBuckets.IndexOf(5_000_000), 1234], read.Latency.Single().Histogram.Buckets);
        Assert.Empty(SampleCodec.Decode(SampleCodec.Encode([unused])));
    }

    [Fact]
    public void Of_LatenciesOfTwoPods_HasExactRowsAndPercentiles()
    {
        var rounds = new Rounds();
        var store = new FigureStore(Logger.None);
        rounds.Report("a", Reports.Of("a1", 1, 99, uptime: 10, nanoseconds: 1_000_000));
        rounds.Report("b", Reports.Of("b1", 1, 1, uptime: 10, nanoseconds: 80_000_000_000, errors: 1));
        store.Take(rounds.Next());
        var view = HistoryAnswer.Of(store.Find(rounds.Next().Key), null, null, rounds.Now, 15);
        var rows = view.Heatmap.Counts.Single()!;
        var bounds = view.Heatmap.BoundsMilliseconds;
        Assert.Equal(bounds.Count + 1, rows.Count);
        Assert.Equal(bounds.Order(), bounds);
        var row = rows.ToList().FindIndex(c => c == 99);
        Assert.InRange(1.0, bounds[row - 1], bounds[row]);
        Assert.Equal(1, rows[^1]);
        Assert.Equal(100, rows.Sum());
        Assert.InRange(view.P50Milliseconds.Single()!.Value, 0.97, 1.03);
        Assert.InRange(view.P99Milliseconds.Single()!.Value, 0.97, 1.03);
        Assert.Equal(1 / 15.0, view.ErrorsByName["NOT_LEADER_OR_FOLLOWER"].Single());
        Assert.Equal([0.0], HistoryAnswer.Of(store.Find(rounds.Next().Key), 1, null, rounds.Now, 15).RequestsPerSecond);
        Assert.Empty(HistoryAnswer.Of(store.Find(rounds.Next().Key), null, rounds.Now, rounds.Now, 15).Times);
    }
}
