using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Checks a report before it is believed: whoever controls a pod can answer for its sidecar. A report that passes cannot
/// make totals overflow, go backwards, or grow without bound.
/// </summary>
internal static class StatsReportValidator
{
    /// <summary>Largest counter that is believed: 2^53, over a hundred years at ten gigabytes a second for a thousand pods.</summary>
    public const long MaxCounter = 1L << 53;

    // Kafka's longest has 31; with its share it must fit the 64 characters of a summary.
    private const int MaxApiName = 48;
    private const int MaxApis = 1024;
    private const int MaxTopics = 20_000;
    private const int MaxGroups = 20_000;
    private const int MaxListItems = 4096;
    private const int MaxClients = 20_000;
    private const int MaxLabel = 64;
    private const int MaxText = 4096;

    /// <summary>Null, or what is wrong with the report, as one sentence.</summary>
    /// <param name="report">The report.</param>
    /// <param name="previous">The last report of the same instance, if there is one.</param>
    public static string? Check(StatsReport report, StatsReport? previous)
    {
        if (report.SchemaVersion != StatsReport.CurrentSchemaVersion)
            return $"its format is version {report.SchemaVersion}; this operator reads version {StatsReport.CurrentSchemaVersion}";
        if (report.InstanceId is not { Length: > 0 and <= 128 })
            return "instanceId is empty or longer than 128 characters";
        if (!double.IsFinite(report.UptimeSeconds) || report.UptimeSeconds < 0)
            return "uptimeSeconds is no time";
        if (report.Apis.Count > MaxApis || report.Topics.Count > MaxTopics || report.Groups.Count > MaxGroups || report.Connections.Count > MaxListItems || report.Brokers.Count > BrokerStats.MaxBrokers + 2)
            return "a list is longer than any sidecar writes";
        if (report.Clients.Count > MaxClients || report.DecodeFailures.Count > MaxListItems || report.SeriesDropped.Count > MaxListItems)
            return "a list is longer than any sidecar writes";
        if (HasNull(report.Apis) || HasNull(report.Topics) || HasNull(report.Groups) || HasNull(report.Connections) || HasNull(report.Brokers) || HasNull(report.Clients) || HasNull(report.DecodeFailures))
            return "a list holds null";
        return CheckApis(report) ?? CheckDetails(report) ?? (previous is null ? null : CheckProgress(report, previous));
    }

    private static string? CheckApis(StatsReport report)
    {
        foreach (var api in report.Apis)
        {
            if (api.Api.Length > MaxApiName)
                return $"the name of an API is longer than {MaxApiName} characters";
            if (api.Versions.Count > MaxListItems || api.Errors.Count > MaxListItems || api.Latency.Count > 8 || api.Unanswered.Count > MaxListItems)
                return $"a list of {api.Api} is longer than any sidecar writes";
            if (HasNull(api.Versions) || HasNull(api.Errors) || HasNull(api.Latency) || HasNull(api.Unanswered))
                return $"a list of {api.Api} holds null";
            if (!AreCounters(api.Requests, api.Responses, api.ResponsesWithError, api.RequestBytes, api.ResponseBytes, api.ThrottleMilliseconds, api.InFlight))
                return $"a counter of {api.Api} is negative or absurd";
            if (api.Errors.Any(e => e.Error.Length > MaxLabel || !AreCounters(e.Count)) || api.Versions.Any(v => !AreCounters(v.Requests)) || !AreCounts(api.Unanswered))
                return $"an error or version count of {api.Api} is negative or absurd";
            if (api.Latency.Any(l => !IsHistogram(l.Histogram)))
                return $"a latency histogram of {api.Api} is malformed";
        }
        return null;
    }

    private static bool IsHistogram(HistogramReport histogram)
    {
        var buckets = histogram.Buckets;
        if (histogram.SumNanoseconds < 0 || buckets.Count % 2 != 0 || buckets.Count > 2 * LatencyBuckets.Count || !AreCounters(histogram.Count))
            return false;
        var last = -1L;
        for (var i = 0; i < buckets.Count; i += 2)
        {
            if (buckets[i] <= last || buckets[i] >= LatencyBuckets.Count || !AreCounters(buckets[i + 1]))
                return false;
            last = buckets[i];
        }
        return true;
    }

    private static string? CheckDetails(StatsReport report)
    {
        if (report.Topics.Any(t => t.Topic.Length is 0 or > TopicStats.MaxTopicLength || !AreCounters(t.Records, t.Bytes)))
            return "a topic is malformed";
        if (report.Groups.Any(g => g.Group.Length > GroupStats.MaxGroupLength || !AreCounters(g.Members, g.Rebalances)))
            return "a consumer group is malformed";
        if (report.Brokers.Any(b => b.Address.Length is 0 or > BrokerStats.MaxAddressLength || !AreCounters(b.Open, b.Total, b.ConnectErrors)))
            return "a broker address is malformed";
        if (report.Clients.Any(c => c.ClientId.Length > MaxText || c.Software.Length > MaxText || c.SoftwareVersion.Length > MaxText))
            return "a client is malformed";
        if (!AreCounts(report.DecodeFailures) || report.SeriesDropped.Any(s => s.Key.Length > MaxLabel || !AreCounters(s.Value)))
            return "a count of failures or dropped series is negative or absurd";
        return report.Connections.Any(c => !AreCounters(c.Open, c.Total)) ? "a connection count is negative or absurd" : null;
    }

    private static string? CheckProgress(StatsReport report, StatsReport previous)
    {
        var now = report.Apis.ToLookup(a => (a.Direction, a.ApiKey));
        foreach (var before in previous.Apis)
        {
            var after = now[(before.Direction, before.ApiKey)].FirstOrDefault();
            if (after is null
                || after.Requests < before.Requests
                || after.Responses < before.Responses
                || after.ResponsesWithError < before.ResponsesWithError
                || after.RequestBytes < before.RequestBytes
                || after.ResponseBytes < before.ResponseBytes)
            {
                return $"counters of {before.Api} went backwards within one instance";
            }
        }
        return CheckTopicProgress(report, previous);
    }

    // A topic that vanished is part of the rest from then on: the sum never falls.
    private static string? CheckTopicProgress(StatsReport report, StatsReport previous)
    {
        var now = report.Topics.ToLookup(t => (t.Direction, t.Api, t.Topic, t.Since));
        foreach (var before in previous.Topics)
        {
            if (now[(before.Direction, before.Api, before.Topic, before.Since)].FirstOrDefault() is { } after && (after.Records < before.Records || after.Bytes < before.Bytes))
                return $"counters of the topic {before.Topic} went backwards within one instance";
        }
        foreach (var vanished in VanishedSeries.VanishedTopics(previous, report).GroupBy(t => (t.Direction, t.Api)))
        {
            var before = RestOf(previous, vanished.Key);
            var after = RestOf(report, vanished.Key);
            if (after.Records - before.Records < SaturatingSum.Of(vanished, t => t.Records) || after.Bytes - before.Bytes < SaturatingSum.Of(vanished, t => t.Bytes))
                return $"the topic {vanished.First().Topic} vanished within one instance, and what it had counted is not under {WellKnownNames.OtherLabel}";
        }
        return null;
    }

    private static (long Records, long Bytes) RestOf(StatsReport report, (string Direction, string Api) key)
    {
        var rest = report.Topics.FirstOrDefault(t => t.Direction == key.Direction && t.Api == key.Api && t.Topic == WellKnownNames.OtherLabel);
        return (rest?.Records ?? 0, rest?.Bytes ?? 0);
    }

    private static bool AreCounts(IReadOnlyList<CountByReason> counts) => counts.All(c => c.Reason.Length <= MaxLabel && AreCounters(c.Count));

    private static bool HasNull<T>(IReadOnlyList<T> items)
        where T : class => items.Any(item => item is null);

    private static bool AreCounters(params ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            if (value is < 0 or > MaxCounter)
                return false;
        }
        return true;
    }
}
