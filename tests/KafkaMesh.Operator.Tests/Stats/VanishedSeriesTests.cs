using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

/// <summary>A sidecar gives a topic's series to another topic: its reports then have the old one's counts under <c>__other__</c>.</summary>
public sealed class VanishedSeriesTests
{
    private const string Other = WellKnownNames.OtherLabel;

    private readonly StatsLedger _ledger = new();

    [Fact]
    public void Totals_TopicVanishes_KeepsItsNameAndTheSum()
    {
        Take("pod", Report("i", 1, [("a", 0, 10), (Other, 0, 5)]));
        Take("pod", Report("i", 2, [("b", 1, 1), (Other, 0, 5 + 12)])); // 2 records of a came after the first report

        Assert.Equal([("__other__", 7L), ("a", 10L), ("b", 1L)], Topics(_ledger));
    }

    [Fact]
    public void Totals_TopicComesBackUnseen_CountsBothLives()
    {
        Take("pod", Report("i", 1, [("a", 0, 10)]));
        Take("pod", Report("i", 2, [("a", 3, 15), (Other, 0, 10)]));
        Assert.Equal([("__other__", 0L), ("a", 25L)], Topics(_ledger));

        Take("pod", Report("i", 3, [("a", 3, 16), (Other, 0, 10)]));
        Take("pod", Report("i", 4, [("a", 5, 1), (Other, 0, 26)]));
        Assert.Equal([("__other__", 0L), ("a", 27L)], Topics(_ledger));
    }

    [Fact]
    public void Totals_SidecarRestartsAfterwards_KeepsAllLives()
    {
        Take("pod", Report("i", 1, [("a", 0, 10)]));
        Take("pod", Report("i", 2, [("a", 1, 2), (Other, 0, 10)]));
        Take("pod", Report("j", 1, [("a", 0, 100)]));

        Assert.Equal([("__other__", 0L), ("a", 112L)], Topics(_ledger));
    }

    [Fact]
    public void Totals_LeaderChanges_KeepsAllLives()
    {
        Take("pod", Report("i", 1, [("a", 0, 10)], [("g", 0, 4)]));
        Take("pod", Report("i", 2, [("a", 1, 2), (Other, 0, 10)], [("g", 1, 3), (Other, 0, 4)]));

        var next = StatsLedger.From(LedgerCodec.Decode(LedgerCodec.Encode(_ledger.Snapshot())));
        Assert.Equal([("__other__", 0L), ("a", 12L)], Topics(next));
        Assert.Equal(7, next.Totals().Groups.Single(group => group.Group == "g").Rebalances);
        Assert.Null(next.Record("pod", Report("i", 3, [(Other, 0, 15)], [(Other, 0, 8)])));
        Assert.Equal([("__other__", 3L), ("a", 12L)], Topics(next));
        Assert.Equal([("__other__", 1L), ("g", 7L)], next.Totals().Groups.Select(group => (group.Group, group.Rebalances)).Order());
    }

    [Fact]
    public void Totals_PodLeavesTheSelectorMeanwhile_CountsOnce()
    {
        Take("pod", Report("i", 1, [("a", 0, 10)]));
        Take("pod", Report("i", 2, [("a", 1, 2), (Other, 0, 10)]));
        _ledger.Retire(new HashSet<string>(), new HashSet<string>());
        Assert.Equal([("__other__", 0L), ("a", 12L)], Topics(_ledger));

        Take("pod", Report("i", 3, [("b", 2, 1), (Other, 0, 12)]));
        Assert.Equal([("__other__", 0L), ("a", 12L), ("b", 1L)], Topics(_ledger));
    }

    [Fact]
    public void Totals_GroupVanishesAndComesBack_CountsBothLives()
    {
        Take("pod", Report("i", 1, [], [("g", 0, 5)]));
        Take("pod", Report("i", 2, [], [("h", 1, 1), (Other, 0, 5)]));
        Take("pod", Report("i", 3, [], [("g", 2, 2), (Other, 0, 6)]));

        Assert.Equal([("__other__", 0L), ("g", 7L), ("h", 1L)], _ledger.Totals().Groups.Select(group => (group.Group, group.Rebalances)).Order());
    }

    [Theory]
    [InlineData(0, 9, 0)] // the same life, less
    [InlineData(1, 9, 9)] // another life, and the rest lacks what the first had counted
    [InlineData(1, 100, 0)]
    public void Record_SeriesGoesBackwards_IsRefused(long since, long records, long other)
    {
        Take("pod", Report("i", 1, [("a", 0, 10)]));

        Assert.Contains("topic a", _ledger.Record("pod", Report("i", 2, [("a", since, records), (Other, 0, other)])), StringComparison.Ordinal);
        Assert.Equal([("a", 10L)], Topics(_ledger));
    }

    [Fact]
    public void Record_AbsurdCountsVanish_AreRefusedOrAddedWithoutOverflow()
    {
        const long most = StatsReportValidator.MaxCounter / 10; // Bytes are ten times that.
        Take("pod", Report("i", 1, [.. Enumerable.Range(0, 2000).Select(i => ($"t{i}", 0L, most))], [.. Enumerable.Range(0, 2000).Select(i => ($"g{i}", 0L, most))]));

        Assert.NotNull(_ledger.Record("pod", Report("i", 2, [(Other, 0, most)])));
        for (var i = 2; i < 2000; i++)
            Take("pod", Report("j", i, [], [("g", i, StatsReportValidator.MaxCounter)]));
        Assert.Equal(long.MaxValue, _ledger.Totals().Groups.Single(group => group.Group == "g").Rebalances);
        Assert.All(Topics(_ledger), topic => Assert.InRange(topic.Records, 0, long.MaxValue));
    }

    [Fact]
    public void Totals_MoreNamesVanishThanAreKept_KeepTheLargestAndTheSum()
    {
        var sum = 0L;
        for (var i = 1; i <= 3 * VanishedSeries.MaxNames; i++)
        {
            Take("pod", Report("i", i, [($"t{i}", i, i), (Other, 0, sum)]));
            sum += i;
        }

        var topics = Topics(_ledger);
        Assert.Equal(sum, topics.Sum(topic => topic.Records));
        Assert.Equal(VanishedSeries.MaxNames + 2, topics.Count);
        Assert.Contains(($"t{(3 * VanishedSeries.MaxNames) - 1}", (3L * VanishedSeries.MaxNames) - 1), topics);
    }

    [Fact]
    public void Encode_MoreNamesThanAConfigMapHolds_KeepsTheSum()
    {
        var random = new Random(3);
        for (var pod = 0; pod < 10; pod++)
        {
            Take("pod", Report($"i{pod}", 1, [.. Enumerable.Range(0, 1000).Select(i => (Name(), 0L, (long)i))], [.. Enumerable.Range(0, 1000).Select(i => (Name(), 0L, (long)i))]));
            _ledger.Retire(new HashSet<string>(), new HashSet<string>());
        }

        var bytes = LedgerCodec.Encode(_ledger.Snapshot());

        Assert.InRange(bytes.Length, 1, LedgerCodec.MaxBytes);
        var topics = Topics(StatsLedger.From(LedgerCodec.Decode(bytes)));
        Assert.Equal(10 * 999 * 1000 / 2, topics.Sum(topic => topic.Records));

        string Name() => string.Concat(Enumerable.Range(0, 240).Select(_ => (char)random.Next('!', '~')));
    }

    /// <summary>A sidecar with two places, at random: what it reports, a ledger that changes hands adds up to the truth, and no name ever loses.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Totals_RandomEvictionsRestartsAndLeaders_AreExactPerName(int seed)
    {
        var random = new Random(seed);
        var ledger = _ledger;
        var truth = new Dictionary<string, long> { [Other] = 0 };
        var shown = new Dictionary<string, long>();
        var live = new Dictionary<string, (long Since, long Records)>();
        var (instance, sequence, retired, other) = (0, 0L, 0L, 0L);
        for (var step = 0; step < 3000; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    ledger = StatsLedger.From(LedgerCodec.Decode(LedgerCodec.Encode(ledger.Snapshot())));
                    break;
                case 1 when random.Next(4) == 0:
                    live.Clear();
                    (instance, sequence, retired, other) = (instance + 1, 0, 0, 0);
                    break;
                case 2 when random.Next(4) == 0:
                    ledger.Retire(new HashSet<string>(), new HashSet<string>());
                    Assert.Null(ledger.Record("pod", Now()));
                    break;
                default:
                    // As the ledger has the last word before each eviction, it knows all by name.
                    if (live.Count == 2 && random.Next(2) == 0)
                    {
                        var gone = live.Keys.ElementAt(random.Next(2));
                        other += live[gone].Records;
                        retired++;
                        live.Remove(gone);
                    }

                    var name = $"t{random.Next(6)}";
                    var more = random.Next(1, 10);
                    if (live.ContainsKey(name) || live.Count < 2)
                    {
                        live[name] = (live.TryGetValue(name, out var known) ? known.Since : retired, live.GetValueOrDefault(name).Records + more);
                        truth[name] = truth.GetValueOrDefault(name) + more;
                    }
                    else
                    {
                        other += more;
                        truth[Other] += more;
                    }

                    Assert.Null(ledger.Record("pod", Now()));
                    break;
            }

            foreach (var (topic, records) in Topics(ledger))
            {
                Assert.InRange(records, shown.GetValueOrDefault(topic), truth[topic]);
                shown[topic] = records;
            }
        }

        Assert.Equal(truth.OrderBy(topic => topic.Key, StringComparer.Ordinal), shown.OrderBy(topic => topic.Key, StringComparer.Ordinal));
        Assert.True(truth.Values.Sum() > 5000 && instance > 10);

        StatsReport Now() => Report($"i{instance}", ++sequence, [.. live.Select(topic => (topic.Key, topic.Value.Since, topic.Value.Records)), (Other, 0, other)]);
    }

    private void Take(string pod, StatsReport report) => Assert.Null(_ledger.Record(pod, report));

    private static List<(string Name, long Records)> Topics(StatsLedger ledger) =>
        [.. ledger.Totals().Topics.Select(topic => (topic.Topic, topic.Records)).OrderBy(topic => topic.Topic, StringComparer.Ordinal)];

    private static StatsReport Report(
        string instance, long sequence, (string Topic, long Since, long Records)[] topics, (string Group, long Since, long Rebalances)[]? groups = null) => new()
        {
            InstanceId = instance,
            Sequence = sequence,
            Topics =
            [
                .. topics.Select(topic => new TopicStats
                {
                    Direction = "outbound", Api = "Produce", Topic = topic.Topic, Since = topic.Since, Records = topic.Records, Bytes = topic.Records * 10,
                }),
            ],
            Groups = [.. (groups ?? []).Select(group => new GroupStats(group.Group, 0, group.Rebalances) { Since = group.Since })],
        };
}
