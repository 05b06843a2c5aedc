using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Topics and groups that a sidecar reported once and no longer does, because they made room for others: what they had counted when they
/// were last seen. The sidecar's reports have that under <c>__other__</c> (<see cref="TopicStats"/>); here it keeps its name.
/// </summary>
/// <param name="Topics">By direction, API and topic.</param>
/// <param name="Groups">By group.</param>
internal sealed record VanishedSeries(IReadOnlyList<TopicStats> Topics, IReadOnlyList<GroupStats> Groups)
{
    /// <summary>How many topics and how many groups of one sidecar keep their names; the least of them go back to <c>__other__</c>.</summary>
    public const int MaxNames = 1000;

    private static readonly VanishedSeries s_none = new([], []);

    /// <summary>What has vanished up to a report.</summary>
    /// <param name="known">What had vanished before; null for nothing.</param>
    /// <param name="previous">The report before, of the same instance.</param>
    /// <param name="next">The report.</param>
    /// <returns>Null when it is nothing.</returns>
    public static VanishedSeries? After(VanishedSeries? known, StatsReport previous, StatsReport next)
    {
        var topics = VanishedTopics(previous, next);
        var groups = VanishedGroups(previous, next);
        if (topics.Count == 0 && groups.Count == 0)
            return known;
        known ??= s_none;
        return new VanishedSeries(
            [
                .. known.Topics.Concat(topics).GroupBy(KeyOf).Select(lives => lives.First() with
                {
                    Since = 0,
                    Records = SaturatingSum.Of(lives, topic => topic.Records),
                    Bytes = SaturatingSum.Of(lives, topic => topic.Bytes),
                }).OrderByDescending(topic => topic.Bytes).Take(MaxNames),
            ],
            [
                .. known.Groups.Concat(groups).GroupBy(group => group.Group)
                    .Select(lives => new GroupStats(lives.Key, 0, SaturatingSum.Of(lives, group => group.Rebalances)))
                    .OrderByDescending(group => group.Rebalances).Take(MaxNames),
            ]);
    }

    /// <summary>Series of a topic that the report before had and the next one has not, or has in another life.</summary>
    public static List<TopicStats> VanishedTopics(StatsReport previous, StatsReport next)
    {
        var lives = next.Topics.Select(topic => (KeyOf(topic), topic.Since)).ToHashSet();
        return [.. previous.Topics.Where(topic => topic.Topic != WellKnownNames.OtherLabel && !lives.Contains((KeyOf(topic), topic.Since)))];
    }

    /// <summary>The report with each series under its name again.</summary>
    /// <param name="report">The report that <see cref="After"/> was asked about last.</param>
    public StatsReport Restore(StatsReport report) => report with { Topics = RestoreTopics(report.Topics), Groups = RestoreGroups(report.Groups) };

    private List<TopicStats> RestoreTopics(IReadOnlyList<TopicStats> reported)
    {
        var sums = Topics.GroupBy(topic => (topic.Direction, topic.Api)).ToDictionary(
            topics => topics.Key, topics => (Records: SaturatingSum.Of(topics, topic => topic.Records), Bytes: SaturatingSum.Of(topics, topic => topic.Bytes)));
        return [.. reported.Select(WithoutNamed), .. Topics];

        TopicStats WithoutNamed(TopicStats topic)
        {
            if (topic.Topic != WellKnownNames.OtherLabel || !sums.TryGetValue((topic.Direction, topic.Api), out var sum))
                return topic;
            return topic with { Records = Math.Max(0, topic.Records - sum.Records), Bytes = Math.Max(0, topic.Bytes - sum.Bytes) };
        }
    }

    private List<GroupStats> RestoreGroups(IReadOnlyList<GroupStats> reported)
    {
        var sum = SaturatingSum.Of(Groups, group => group.Rebalances);
        return
        [
            .. reported.Where(group => group.Group != WellKnownNames.OtherLabel).Concat(Groups).GroupBy(group => group.Group)
                .Select(lives => new GroupStats(lives.Key, lives.First().Members, SaturatingSum.Of(lives, group => group.Rebalances))),
            .. reported.Where(group => group.Group == WellKnownNames.OtherLabel)
                .Select(other => other with { Rebalances = Math.Max(0, other.Rebalances - sum) }),
        ];
    }

    private static List<GroupStats> VanishedGroups(StatsReport previous, StatsReport next)
    {
        var lives = next.Groups.Select(group => (group.Group, group.Since)).ToHashSet();
        return [.. previous.Groups.Where(group => group.Rebalances > 0 && group.Group != WellKnownNames.OtherLabel && !lives.Contains((group.Group, group.Since)))];
    }

    private static (string Direction, string Api, string Topic) KeyOf(TopicStats topic) => (topic.Direction, topic.Api, topic.Topic);
}
