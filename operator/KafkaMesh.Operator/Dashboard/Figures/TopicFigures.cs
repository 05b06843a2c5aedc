using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Topics of a round: totals as in the status, rates over the last interval, shares of living pods.</summary>
internal static class TopicFigures
{
    /// <summary>All topics, busiest first.</summary>
    public static IReadOnlyList<TopicView> Of(CollectionRound round, StatsSum totals)
    {
        var rows = new Dictionary<string, TopicRow>(StringComparer.Ordinal);
        foreach (var topic in totals.Topics.Where(t => !TopicUse.IsReplication(t)))
            Row(topic.Topic).Add(topic);
        foreach (var topic in round.Status.Topics ?? [])
            Row(topic.Name).Raise(topic);
        var isKnown = round.Sidecars.Any(s => round.Reporting.Contains(s.PodUid));
        foreach (var row in rows.Values.Where(_ => isKnown))
            row.Note();
        var names = round.Census.Injected.Concat(round.Ended).ToDictionary(p => p.Uid, p => p.Name, StringComparer.Ordinal);
        foreach (var sidecar in round.Sidecars)
            Add(sidecar.Unpack(), names.GetValueOrDefault(sidecar.PodUid));
        return [.. rows.Values.Select(r => r.ToView()).OrderByDescending(t => SaturatingSum.Add(t.BytesIn, t.BytesOut)).ThenBy(t => t.Name, StringComparer.Ordinal)];

        TopicRow Row(string name)
        {
            if (!rows.TryGetValue(name, out var row))
                rows[name] = row = new TopicRow(name);
            return row;
        }

        void Add(SidecarFigures sidecar, string? pod)
        {
            foreach (var (name, count) in TopicCount.ByTopic(sidecar.Total.Topics, _ => true))
            {
                if (pod is not null && rows.TryGetValue(name, out var row))
                    row.AddPod(pod, count);
            }
            if (sidecar.Seconds <= 0 || !round.Reporting.Contains(sidecar.PodUid))
                return;
            foreach (var (name, change) in TopicCount.Changes(sidecar, _ => true))
            {
                if (rows.TryGetValue(name, out var row))
                    row.AddRate(change, sidecar.Seconds);
            }
        }
    }
}
