using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

/// <summary>Makes reports as a sidecar would.</summary>
internal static class Reports
{
    /// <summary>A report with one API.</summary>
    public static StatsReport Of(string instance, long sequence, long requests, long errors = 0, int apiKey = 0, double uptime = 10, long nanoseconds = 5_000_000) => new()
    {
        InstanceId = instance,
        Sequence = sequence,
        UptimeSeconds = uptime,
        Connections = [new() { Direction = "outbound", Protocol = "kafka", Open = 2, Total = 3 }, new() { Direction = "outbound", Protocol = "tls", Open = 1, Total = 1 }],
        Apis =
        [
            new ApiStats
            {
                Direction = "outbound",
                ApiKey = apiKey,
                Api = apiKey == 0 ? "Produce" : "Fetch",
                Requests = requests,
                Responses = requests,
                ResponsesWithError = errors,
                RequestBytes = requests * 100,
                ResponseBytes = requests * 50,
                Versions = [new VersionCount(9, requests / 2), new VersionCount(11, requests - (requests / 2))],
                Errors = errors > 0 ? [new ErrorCount(6, "NOT_LEADER_OR_FOLLOWER", errors)] : [],
                Latency = [new LatencyStats("all", Histogram(nanoseconds, requests)), new LatencyStats("empty", Histogram(500_000_000, 7))],
            },
        ],
        Topics = [new TopicStats { Direction = "outbound", Api = apiKey == 0 ? "Produce" : "Fetch", Topic = "orders", Records = requests * 10, Bytes = requests * 80 }],
        Groups = [new GroupStats("g", 2, sequence)],
    };

    /// <summary>A histogram with equal durations.</summary>
    public static HistogramReport Histogram(long nanoseconds, long count) =>
        new() { Count = count, SumNanoseconds = nanoseconds * count, Buckets = count > 0 ? [LatencyBuckets.IndexOf(nanoseconds), count] : [] };
}
