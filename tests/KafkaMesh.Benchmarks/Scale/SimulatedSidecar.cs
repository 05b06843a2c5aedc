using System.Diagnostics;
using System.Globalization;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>
/// The figures of one busy sidecar: 12 API keys with latency histograms, 20 topics written and read, 5 groups, 3 clients. Every counter moves with
/// every report, as those of a pod under load do.
/// </summary>
/// <param name="index">Which of the fleet: varies the latencies.</param>
internal sealed class SimulatedSidecar(int index)
{
    private const string Outbound = "outbound";
    private const int Topics = 20;

    // Kafka's key, name, versions in use, requests per report, spread of its latencies in buckets.
    private static readonly (int Key, string Name, int[] Versions, int Requests, int Spread)[] s_apis =
    [
        (0, "Produce", [9, 11], 1200, 64), (1, "Fetch", [12, 16], 2400, 72), (2, "ListOffsets", [7], 60, 24), (3, "Metadata", [12], 120, 32),
        (8, "OffsetCommit", [8], 240, 40), (9, "OffsetFetch", [8], 40, 20), (10, "FindCoordinator", [4], 20, 12), (11, "JoinGroup", [9], 8, 8),
        (12, "Heartbeat", [4], 400, 40), (14, "SyncGroup", [5], 8, 8), (18, "ApiVersions", [3], 24, 16), (22, "InitProducerId", [4], 8, 8),
    ];

    private readonly string _instance = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _sequence;

    /// <summary>How far the counters have come: requests of an API are its share times this.</summary>
    public long Steps { get; private set; }

    /// <summary>Requests that a sidecar counts per step, over all APIs.</summary>
    public static long RequestsPerStep { get; } = s_apis.Sum(api => api.Requests);

    /// <summary>The next report. One caller at a time.</summary>
    /// <param name="isFrozen">The counters stand still.</param>
    public StatsReport Next(bool isFrozen)
    {
        Steps += isFrozen ? 0 : 1;
        return new StatsReport
        {
            InstanceId = _instance,
            Sequence = ++_sequence,
            ProxyVersion = "0.1.0",
            Pod = $"orders-{index}",
            Namespace = "team",
            Monitor = "orders",
            StartTime = "2026-01-01T00:00:00Z",
            UptimeSeconds = 15 + Stopwatch.GetElapsedTime(_start).TotalSeconds,
            Connections =
            [
                new ConnectionStats { Direction = Outbound, Protocol = "kafka", Open = 6, Total = 6 + Steps },
                new ConnectionStats { Direction = Outbound, Protocol = "tls", Open = 1, Total = 1 + Steps },
                new ConnectionStats { Direction = Outbound, Protocol = "opaque", Open = 0, Total = Steps },
            ],
            Apis = [.. s_apis.Select(Api)],
            Topics = [.. Enumerable.Range(0, Topics).SelectMany(topic => new[] { Topic("Produce", topic), Topic("Fetch", topic) })],
            Groups = [.. Enumerable.Range(0, 5).Select(group => new GroupStats($"orders-consumers-{group}", 3, 2))],
            Clients = [.. Enumerable.Range(0, 3).Select(client => new ClientStats($"orders-client-{index}-{client}", "apache-kafka-java", "4.1.0"))],
            DecodeFailures = [new CountByReason("unknown_version", Steps, Outbound)],
            Relay = [new RelayStats(Outbound, "request", 900_000 * Steps), new RelayStats(Outbound, "response", 4_000_000 * Steps)],
            RelayLatency = Histogram(8000, 80, 9),
        };
    }

    private ApiStats Api((int Key, string Name, int[] Versions, int Requests, int Spread) api) => new()
    {
        Direction = Outbound,
        ApiKey = api.Key,
        Api = api.Name,
        Requests = api.Requests * Steps,
        Responses = api.Requests * Steps,
        ResponsesWithError = api.Key is 0 or 1 ? 2 * Steps : 0,
        RequestBytes = api.Requests * 310 * Steps,
        ResponseBytes = api.Requests * 890 * Steps,
        Versions = [.. api.Versions.Select(version => new VersionCount(version, api.Requests / api.Versions.Length * Steps))],
        Errors = api.Key is 0 or 1 ? [new ErrorCount(6, "NOT_LEADER_OR_FOLLOWER", Steps), new ErrorCount(7, "REQUEST_TIMED_OUT", Steps)] : [],
        Latency = api.Key == 1
            ? [new LatencyStats("data", Histogram(api.Requests / 2, api.Spread, 20)), new LatencyStats("empty", Histogram(api.Requests / 2, 8, 28))]
            : [new LatencyStats("all", Histogram(api.Requests, api.Spread, 20))],
    };

    private TopicStats Topic(string api, int topic) => new()
    {
        Direction = Outbound,
        Api = api,
        Topic = $"shop.orders.events-{topic:d2}",
        Records = (topic + 1) * 40 * Steps,
        Bytes = (topic + 1) * 40 * 512 * Steps,
    };

    // The observations lie in neighbouring buckets above 2^exponent ns; the first one has what does not divide.
    private HistogramReport Histogram(int count, int spread, int exponent)
    {
        var first = LatencyBuckets.IndexOf(1L << exponent) + (index % 16);
        var each = count / spread;
        var buckets = new long[2 * spread];
        for (var i = 0; i < spread; i++)
        {
            buckets[2 * i] = first + i;
            buckets[(2 * i) + 1] = (i == 0 ? each + (count % spread) : each) * Steps;
        }
        return new HistogramReport { Count = count * Steps, SumNanoseconds = count * (1L << exponent) * Steps, Buckets = buckets };
    }
}
