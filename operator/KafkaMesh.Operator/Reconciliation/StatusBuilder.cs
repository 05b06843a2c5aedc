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
        var totals = seen.Ledger.Totals();
        var meter = new TrafficMeter(seen.Ledger, seen.Reporting);
        var traffic = meter.ToStatus(SaturatingSum.Of(totals.Apis, a => a.ThrottleMilliseconds));
        var connections = Connections(seen);
        return new KafkaMonitorStatus
        {
            ObservedGeneration = seen.Monitor.Generation,
            Conditions = ConditionBuilder.Build(seen, previous?.Conditions),
            LastReportTime = seen.ReportingCount > 0 ? Rfc3339Converter.Format(seen.Now) : previous?.LastReportTime,
            Pods = Pods(seen),
            Skipped = Skipped(seen),
            Unreachable = seen.Unreachable.Count > 0 ? [.. seen.Unreachable.Take(MaxNames).Select(p => p.Name)] : null,
            Connections = connections,
            Traffic = traffic,
            ApiKeys = ApiKeys(totals),
            Errors = Errors(totals),
            Topics = Topics(totals),
            Groups = Groups(totals, seen.Ledger),
            Summary = SummaryBuilder.Build(seen, totals, meter.Interval, traffic, connections),
        };
    }

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

    private static ConnectionCounts Connections(MonitorObservation seen)
    {
        long kafka = 0, tls = 0, opaque = 0;
        foreach (var connection in seen.Ledger.Living.Where(e => seen.Reporting.Contains(e.PodUid)).SelectMany(e => e.Report.Connections))
        {
            switch (connection.Protocol)
            {
                case "kafka":
                    kafka += connection.Open;
                    break;
                case "tls":
                    tls += connection.Open;
                    break;
                default:
                    opaque += connection.Open;
                    break;
            }
        }
        return new ConnectionCounts { Kafka = kafka, Tls = tls, Opaque = opaque };
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
        var errors = totals.Apis
            .Where(a => a.ApiKey is >= short.MinValue and <= short.MaxValue)
            .SelectMany(a => a.Errors.Select(e => new ErrorStatus { ApiKey = a.ApiKey, Name = a.Name, Error = e.Error, Count = e.Count }))
            .Where(e => e.Count > 0)
            .OrderByDescending(e => e.Count).ThenBy(e => e.ApiKey).ThenBy(e => e.Error, StringComparer.Ordinal)
            .Take(Top)
            .ToList();
        return errors.Count > 0 ? errors : null;
    }

    private static List<TopicStatus>? Topics(StatsSum totals)
    {
        var topics = totals.Topics.GroupBy(t => t.Topic, StringComparer.Ordinal).Select(Topic)
            .OrderByDescending(t => SaturatingSum.Add(t.BytesIn, t.BytesOut)).ThenBy(t => t.Name, StringComparer.Ordinal)
            .Take(Top)
            .ToList();
        return topics.Count > 0 ? topics : null;
    }

    private static TopicStatus Topic(IGrouping<string, TopicStats> parts) => new()
    {
        Name = parts.Key,
        RecordsIn = SaturatingSum.Of(parts.Where(IsRead), t => t.Records),
        BytesIn = SaturatingSum.Of(parts.Where(IsRead), t => t.Bytes),
        RecordsOut = SaturatingSum.Of(parts.Where(t => !IsRead(t)), t => t.Records),
        BytesOut = SaturatingSum.Of(parts.Where(t => !IsRead(t)), t => t.Bytes),
    };

    private static bool IsRead(TopicStats topic) => topic.Api != "Produce";

    // Rebalances are a total, members a present state: only what living sidecars see counts.
    private static List<GroupStatus>? Groups(StatsSum totals, StatsLedger ledger)
    {
        var members = ledger.Living.SelectMany(e => e.Report.Groups)
            .GroupBy(g => g.Group, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Max(s => s.Members), StringComparer.Ordinal);
        var groups = totals.Groups
            .Where(g => g.Group.Length > 0 && g.Group != WellKnownNames.OtherLabel)
            .Select(g => new GroupStatus { Name = g.Group, Members = members.GetValueOrDefault(g.Group), Rebalances = g.Rebalances })
            .OrderByDescending(g => g.Members).ThenByDescending(g => g.Rebalances).ThenBy(g => g.Name, StringComparer.Ordinal)
            .Take(Top)
            .ToList();
        return groups.Count > 0 ? groups : null;
    }
}
