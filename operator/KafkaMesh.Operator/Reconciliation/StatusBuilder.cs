using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Turns an observation into the status that users read.</summary>
internal static class StatusBuilder
{
    private const int MaxNames = 10;
    private const int MaxApiKeys = 128;
    private const int Top = 20;

    /// <summary>The status of a monitor.</summary>
    /// <param name="seen">What was observed.</param>
    /// <param name="previous">The status as it is stored.</param>
    public static KafkaMonitorStatus Build(MonitorObservation seen, KafkaMonitorStatus? previous)
    {
        var figures = new LedgerFigures(seen.Ledger, seen.Reporting);
        var totals = figures.Totals;
        var traffic = figures.Meter.ToStatus(SaturatingSum.Of(totals.Apis, a => a.ThrottleMilliseconds));
        return new KafkaMonitorStatus
        {
            ObservedGeneration = seen.Monitor.Generation,
            Conditions = ConditionBuilder.Build(seen, previous?.Conditions),
            LastReportTime = seen.ReportingCount > 0 ? Rfc3339Converter.Format(seen.Now) : previous?.LastReportTime,
            Pods = Pods(seen),
            Skipped = Skipped(seen),
            Unreachable = seen.Unreachable.Count > 0 ? [.. seen.Unreachable.Take(MaxNames).Select(p => p.Name)] : null,
            Connections = figures.Connections,
            Traffic = traffic,
            ApiKeys = ApiKeys(totals),
            Errors = Errors(totals),
            Topics = Topics(totals),
            Groups = Groups(figures),
            Summary = SummaryBuilder.Build(seen, totals, figures.Meter.Interval, traffic, figures.Connections),
        };
    }

    /// <summary>The most frequent errors.</summary>
    public static List<ErrorStatus> TopErrors(IEnumerable<ErrorStatus> errors) =>
        [.. errors.OrderByDescending(e => e.Count).ThenBy(e => e.ApiKey).ThenBy(e => e.Error, StringComparer.Ordinal).Take(Top)];

    /// <summary>The topics with the most bytes.</summary>
    public static List<TopicStatus> TopTopics(IEnumerable<TopicStatus> topics) =>
        [.. topics.OrderByDescending(t => SaturatingSum.Add(t.BytesIn, t.BytesOut)).ThenBy(t => t.Name, StringComparer.Ordinal).Take(Top)];

    /// <summary>The largest groups.</summary>
    public static List<GroupStatus> TopGroups(IEnumerable<GroupStatus> groups) =>
        [.. groups.OrderByDescending(g => g.Members).ThenByDescending(g => g.Rebalances).ThenBy(g => g.Name, StringComparer.Ordinal).Take(Top)];

    private static PodCounts Pods(MonitorObservation seen) => new()
    {
        Selected = seen.Pods.Selected,
        Injected = seen.Pods.Injected.Count,
        Reporting = seen.ReportingCount,
        Outdated = seen.Outdated,
        Unreachable = seen.Unreachable.Count,
        Skipped = seen.Pods.Skipped.Count,
    };

    private static List<SkippedPods>? Skipped(MonitorObservation seen)
    {
        var groups = seen.Pods.Skipped.GroupBy(p => p.SkippedFor!, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(MaxNames)
            .Select(g => new SkippedPods { Reason = g.Key, Count = g.Count(), Example = g.First().Name })
            .ToList();
        return groups.Count > 0 ? groups : null;
    }

    // The sum of all unknown keys beyond a sidecar's limit has a key that no int16 field can hold; the schema keeps it out.
    private static List<ApiKeyStatus> ApiKeys(StatsSum totals) =>
        [.. totals.Apis.Where(a => a.ApiKey is >= short.MinValue and <= short.MaxValue).Take(MaxApiKeys).Select(ApiKey)];

    private static ApiKeyStatus ApiKey(ApiSum api) => new()
    {
        ApiKey = api.ApiKey,
        Name = api.Name,
        Versions = VersionRange(api),
        Requests = api.Requests,
        Responses = api.Responses,
        Errors = api.ResponsesWithError,
        RequestBytes = api.RequestBytes,
        ResponseBytes = api.ResponseBytes,
        LatencyMilliseconds = api.Latency.Count == 0 ? null : new LatencyPercentiles
        {
            P50 = Percentile(api.Latency, 0.5),
            P95 = Percentile(api.Latency, 0.95),
            P99 = Percentile(api.Latency, 0.99),
        },
    };

    /// <summary>Lowest and highest version seen: <c>9-11</c>.</summary>
    public static string? VersionRange(ApiSum api)
    {
        var seen = api.Versions.Where(v => v.Value > 0).Select(v => v.Key).ToList();
        if (seen.Count == 0)
            return null;
        return seen[0] == seen[^1] ? $"{seen[0]}" : $"{seen[0]}-{seen[^1]}";
    }

    private static double Percentile(LatencyHistogram latency, double share) =>
        SignificantDigits.Round(latency.PercentileMilliseconds(share) ?? 0);

    private static List<ErrorStatus>? Errors(StatsSum totals)
    {
        var errors = TopErrors(totals.Apis
            .Where(a => a.ApiKey is >= short.MinValue and <= short.MaxValue)
            .SelectMany(a => a.Errors.Select(e => new ErrorStatus { ApiKey = a.ApiKey, Name = a.Name, Error = e.Error, Count = e.Count }))
            .Where(e => e.Count > 0));
        return errors.Count > 0 ? errors : null;
    }

    private static List<TopicStatus>? Topics(StatsSum totals)
    {
        var topics = TopTopics(totals.Topics.Where(t => !TopicUse.IsReplication(t)).GroupBy(t => t.Topic, StringComparer.Ordinal).Select(Topic));
        return topics.Count > 0 ? topics : null;
    }

    private static TopicStatus Topic(IGrouping<string, TopicStats> parts) => new()
    {
        Name = parts.Key,
        RecordsIn = SaturatingSum.Of(parts.Where(t => !TopicUse.IsWrite(t)), t => t.Records),
        BytesIn = SaturatingSum.Of(parts.Where(t => !TopicUse.IsWrite(t)), t => t.Bytes),
        RecordsOut = SaturatingSum.Of(parts.Where(TopicUse.IsWrite), t => t.Records),
        BytesOut = SaturatingSum.Of(parts.Where(TopicUse.IsWrite), t => t.Bytes),
    };

    // Rebalances are a total, members a present state.
    private static List<GroupStatus>? Groups(LedgerFigures figures)
    {
        var groups = TopGroups(figures.Totals.Groups
            .Where(g => g.Group.Length > 0 && g.Group != WellKnownNames.OtherLabel)
            .Select(g => new GroupStatus { Name = g.Group, Members = figures.MembersOf(g.Group), Rebalances = g.Rebalances }));
        return groups.Count > 0 ? groups : null;
    }
}
