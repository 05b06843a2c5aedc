using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// A report as the ledger keeps it between two collections: a few kilobytes where the objects take tens of them. It has what the status and the
/// dashboard are made of: all but what the sidecar relayed, and the latency of empty long polls.
/// </summary>
internal sealed class PackedReport
{
    private readonly byte[] _bytes;
    private readonly string[] _names;

    // Each pod has its own, which hardly ever change: they must not keep it from sharing the names of all.
    private readonly IReadOnlyList<ClientStats> _clients;

    private PackedReport(string instanceId, StatsReport report, byte[] bytes, string[] names, IReadOnlyList<ClientStats> clients)
    {
        (InstanceId, Sequence, UptimeSeconds, IsDraining, ProxyVersion) = (instanceId, report.Sequence, report.UptimeSeconds, report.Draining, report.ProxyVersion);
        (_bytes, _names, _clients) = (bytes, names, clients);
    }

    /// <summary>The sidecar process.</summary>
    public string InstanceId { get; }

    /// <summary>Number of the report within the process.</summary>
    public long Sequence { get; }

    /// <summary>Age of the process, seconds.</summary>
    public double UptimeSeconds { get; }

    /// <summary>The process was told to end.</summary>
    public bool IsDraining { get; }

    /// <summary>Version of the sidecar.</summary>
    public string ProxyVersion { get; }

    /// <summary>Packs a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="like">A report that probably has the same names in the same order: they are kept once.</param>
    public static PackedReport Of(StatsReport report, PackedReport? like)
    {
        var writer = new PackWriter();
        try
        {
            ReportPacker.Write(ref writer, report);
            var names = like is not null && writer.Names.SequenceEqual(like._names) ? like._names : writer.Names.ToArray();
            var clients = like is not null && report.Clients.SequenceEqual(like._clients) ? like._clients : [.. report.Clients];
            return new PackedReport(like?.InstanceId == report.InstanceId ? like.InstanceId : report.InstanceId, report, writer.Bytes.ToArray(), names, clients);
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>The report again.</summary>
    public StatsReport Unpack()
    {
        var reader = new PackReader(_bytes, _names);
        return new StatsReport
        {
            InstanceId = InstanceId,
            Sequence = Sequence,
            UptimeSeconds = UptimeSeconds,
            Draining = IsDraining,
            ProxyVersion = ProxyVersion,
            Clients = _clients,
            Connections = ReadConnections(ref reader),
            Apis = ReadApis(ref reader),
            Topics = ReadTopics(ref reader),
            Groups = ReadGroups(ref reader),
            Brokers = ReadBrokers(ref reader),
            DecodeFailures = ReadCounts(ref reader),
            SeriesDropped = ReadDropped(ref reader),
        };
    }

    private static ConnectionStats[] ReadConnections(ref PackReader reader)
    {
        var connections = new ConnectionStats[reader.Int()];
        for (var i = 0; i < connections.Length; i++)
            connections[i] = new ConnectionStats { Direction = reader.Name(), Protocol = reader.Name(), Open = reader.Number(), Total = reader.Number() };
        return connections;
    }

    private static ApiStats[] ReadApis(ref PackReader reader)
    {
        var apis = new ApiStats[reader.Int()];
        for (var i = 0; i < apis.Length; i++)
        {
            apis[i] = new ApiStats
            {
                Direction = reader.Name(),
                Api = reader.Name(),
                ApiKey = reader.Int(),
                Requests = reader.Number(),
                Responses = reader.Number(),
                ResponsesWithError = reader.Number(),
                RequestBytes = reader.Number(),
                ResponseBytes = reader.Number(),
                ThrottleMilliseconds = reader.Number(),
                WithoutResponse = reader.Number(),
                InFlight = reader.Number(),
                Unanswered = ReadCounts(ref reader),
                Versions = ReadVersions(ref reader),
                Errors = ReadErrors(ref reader),
                Latency = ReadLatency(ref reader),
            };
        }
        return apis;
    }

    private static VersionCount[] ReadVersions(ref PackReader reader)
    {
        var versions = new VersionCount[reader.Int()];
        for (var i = 0; i < versions.Length; i++)
            versions[i] = new VersionCount(reader.Int(), reader.Number());
        return versions;
    }

    private static ErrorCount[] ReadErrors(ref PackReader reader)
    {
        var errors = new ErrorCount[reader.Int()];
        for (var i = 0; i < errors.Length; i++)
        {
            var name = reader.Name();
            errors[i] = new ErrorCount(reader.Int(), name, reader.Number());
        }
        return errors;
    }

    private static LatencyStats[] ReadLatency(ref PackReader reader)
    {
        var latencies = new LatencyStats[reader.Int()];
        for (var i = 0; i < latencies.Length; i++)
            latencies[i] = new LatencyStats(reader.Name(), ReadHistogram(ref reader));
        return latencies;
    }

    private static HistogramReport ReadHistogram(ref PackReader reader)
    {
        var (count, sum) = (reader.Number(), reader.Number());
        var buckets = new long[reader.Int()];
        var last = 0L;
        for (var i = 0; i + 1 < buckets.Length; i += 2)
        {
            buckets[i] = last += reader.Number();
            buckets[i + 1] = reader.Number();
        }
        return new HistogramReport { Count = count, SumNanoseconds = sum, Buckets = buckets };
    }

    private static TopicStats[] ReadTopics(ref PackReader reader)
    {
        var topics = new TopicStats[reader.Int()];
        for (var i = 0; i < topics.Length; i++)
        {
            topics[i] = new TopicStats
            {
                Direction = reader.Name(),
                Api = reader.Name(),
                Topic = reader.Name(),
                Since = reader.Number(),
                Records = reader.Number(),
                Bytes = reader.Number(),
            };
        }
        return topics;
    }

    private static GroupStats[] ReadGroups(ref PackReader reader)
    {
        var groups = new GroupStats[reader.Int()];
        for (var i = 0; i < groups.Length; i++)
            groups[i] = new GroupStats(reader.Name(), reader.Number(), reader.Number()) { Since = reader.Number() };
        return groups;
    }

    private static BrokerStats[] ReadBrokers(ref PackReader reader)
    {
        var brokers = new BrokerStats[reader.Int()];
        for (var i = 0; i < brokers.Length; i++)
        {
            brokers[i] = new BrokerStats
            {
                Direction = reader.Name(),
                Address = reader.Name(),
                Open = reader.Number(),
                Total = reader.Number(),
                ConnectErrors = reader.Number(),
            };
        }
        return brokers;
    }

    private static CountByReason[] ReadCounts(ref PackReader reader)
    {
        var counts = new CountByReason[reader.Int()];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = new CountByReason(reader.Name(), reader.Number(), reader.Int() == 0 ? null : reader.Name());
        return counts;
    }

    private static Dictionary<string, long> ReadDropped(ref PackReader reader)
    {
        var count = reader.Int();
        var dropped = new Dictionary<string, long>(count);
        for (var i = 0; i < count; i++)
            dropped[reader.Name()] = reader.Number();
        return dropped;
    }
}
