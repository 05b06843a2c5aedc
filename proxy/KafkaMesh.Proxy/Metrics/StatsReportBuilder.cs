using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Makes the <c>/stats</c> report of a snapshot.</summary>
internal static class StatsReportBuilder
{
    /// <summary>The counters of a report; the caller adds time, sequence and state.</summary>
    public static StatsReport Build(MetricsSnapshot snapshot, SidecarIdentity identity) => new()
    {
        InstanceId = identity.InstanceId,
        ProxyVersion = identity.ProxyVersion,
        Pod = identity.Pod,
        Namespace = identity.Namespace,
        Monitor = identity.Monitor,
        Connections = Connections(snapshot),
        Brokers = snapshot.Series.Brokers.ToList(),
        Apis = Apis(snapshot),
        Topics = Topics(snapshot),
        Groups = snapshot.Series.Groups.ToList(withRetired: true),
        Clients = snapshot.Series.Clients.ToList(),
        DecodeFailures = Failures(snapshot),
        Relay = Relay(snapshot),
        RelayLatency = snapshot.RelaySeconds.ToReport(),
        SeriesDropped = Dropped(snapshot),
    };

    private static List<ConnectionStats> Connections(MetricsSnapshot snapshot)
    {
        var list = new List<ConnectionStats>();
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            foreach (var protocol in Enum.GetValues<ConnectionProtocol>())
            {
                var cell = ((int)direction * MetricLabels.Protocols) + (int)protocol;
                if (snapshot.Open[cell] == 0 && snapshot.Connections[cell] == 0)
                    continue;
                list.Add(new ConnectionStats
                {
                    Direction = MetricLabels.Of(direction),
                    Protocol = MetricLabels.Of(protocol),
                    Open = snapshot.Open[cell],
                    Total = snapshot.Connections[cell],
                });
            }
        }

        return list;
    }

    private static List<ApiStats> Apis(MetricsSnapshot snapshot)
    {
        var list = new List<ApiStats>();
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            for (var slot = 0; slot < ApiSlots.Count; slot++)
            {
                if (snapshot.Api(direction, slot) is { } totals)
                    list.Add(Api(MetricLabels.Of(direction), snapshot.Series.Apis.KeyOf(slot), snapshot.Series.Apis.NameOf(slot), totals));
            }
        }

        return list;
    }

    private static ApiStats Api(string direction, int key, string name, ApiTotals totals) => new()
    {
        Direction = direction,
        ApiKey = key,
        Api = name,
        Versions = [.. NonZero(totals.Versions).Select(cell => new VersionCount(cell.Index < ApiMetrics.Versions ? cell.Index : -1, cell.Count))],
        Requests = totals.Requests,
        Responses = totals.Responses,
        ResponsesWithError = totals.ResponsesWithError,
        RequestBytes = totals.RequestBytes,
        ResponseBytes = totals.ResponseBytes,
        ThrottleMilliseconds = totals.ThrottleMilliseconds,
        WithoutResponse = totals.WithoutResponse,
        Unanswered = [.. NonZero(totals.Unanswered).Select(cell => new CountByReason(MetricLabels.Of((UnansweredReason)cell.Index), cell.Count))],
        InFlight = totals.InFlight,
        Latency = Latency(totals),
        Errors = [.. NonZero(totals.Errors).Select(cell => new ErrorCount(ErrorCells.CodeOf(cell.Index), ErrorCells.NameOf(cell.Index), cell.Count))],
    };

    private static List<LatencyStats> Latency(ApiTotals totals)
    {
        var list = new List<LatencyStats>();
        foreach (var result in Enum.GetValues<LatencyResult>())
        {
            if (totals.Latency[(int)result] is { } histogram)
                list.Add(new LatencyStats(MetricLabels.Of(result), histogram.ToReport()));
        }

        return list;
    }

    private static List<TopicStats> Topics(MetricsSnapshot snapshot)
    {
        var list = new List<TopicStats>();
        TopicSeries.ForEach(
            snapshot,
            (direction, api, topic, records, bytes) => list.Add(new TopicStats
            {
                Direction = MetricLabels.Of(direction),
                Api = api.ToString(),
                Topic = topic.Name,
                Since = topic.Since,
                Records = records,
                Bytes = bytes,
            }),
            withRetired: true);
        return list;
    }

    private static List<CountByReason> Failures(MetricsSnapshot snapshot) =>
    [
        .. NonZero(snapshot.Failures).Select(cell => new CountByReason(
            MetricLabels.Of((DecodeFailureReason)(cell.Index % MetricLabels.Failures)),
            cell.Count,
            MetricLabels.Of((RelayDirection)(cell.Index / MetricLabels.Failures)))),
    ];

    private static List<RelayStats> Relay(MetricsSnapshot snapshot) =>
    [
        .. NonZero(snapshot.RelayBytes).Select(cell => new RelayStats(
            MetricLabels.Of((RelayDirection)(cell.Index / MetricLabels.Flows)),
            MetricLabels.Of((RelayFlow)(cell.Index % MetricLabels.Flows)),
            cell.Count)),
    ];

    private static Dictionary<string, long> Dropped(MetricsSnapshot snapshot) =>
        NonZero(snapshot.Dropped).ToDictionary(cell => MetricLabels.Of((SeriesMetric)cell.Index), cell => cell.Count);

    private static IEnumerable<(int Index, long Count)> NonZero(long[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] != 0)
                yield return (i, cells[i]);
        }
    }
}
