using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// A report as the ledger keeps it between two collections: a few kilobytes where the objects take tens of them. It has what the status is made
/// of: connections, APIs with latency but for empty long polls, topics and groups.
/// </summary>
internal sealed class PackedReport
{
    /// <summary>Result of a Fetch that waited and found nothing: its latency is the client's wish, not the broker's work.</summary>
    public const string EmptyResult = "empty";

    private readonly byte[] _bytes;
    private readonly string[] _names;

    private PackedReport(StatsReport report, byte[] bytes, string[] names)
    {
        (InstanceId, Sequence, UptimeSeconds, IsDraining) = (report.InstanceId, report.Sequence, report.UptimeSeconds, report.Draining);
        (_bytes, _names) = (bytes, names);
    }

    /// <summary>The sidecar process.</summary>
    public string InstanceId { get; }

    /// <summary>Number of the report within the process.</summary>
    public long Sequence { get; }

    /// <summary>Age of the process, seconds.</summary>
    public double UptimeSeconds { get; }

    /// <summary>The process was told to end.</summary>
    public bool IsDraining { get; }

    /// <summary>Packs a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="like">A report that probably has the same names in the same order: they are kept once.</param>
    public static PackedReport Of(StatsReport report, PackedReport? like)
    {
        var writer = new PackWriter();
        try
        {
            Write(ref writer, report);
            var names = like is not null && writer.Names.SequenceEqual(like._names) ? like._names : writer.Names.ToArray();
            return new PackedReport(report, writer.Bytes.ToArray(), names);
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
            Connections = ReadConnections(ref reader),
            Apis = ReadApis(ref reader),
            Topics = ReadTopics(ref reader),
            Groups = ReadGroups(ref reader),
        };
    }

    private static void Write(ref PackWriter writer, StatsReport report)
    {
        writer.Number(report.Connections.Count);
        foreach (var connection in report.Connections)
        {
            writer.Name(connection.Direction);
            writer.Name(connection.Protocol);
            writer.Number(connection.Open);
            writer.Number(connection.Total);
        }
        writer.Number(report.Apis.Count);
        foreach (var api in report.Apis)
            Write(ref writer, api);
        writer.Number(report.Topics.Count);
        foreach (var topic in report.Topics)
        {
            writer.Name(topic.Direction);
            writer.Name(topic.Api);
            writer.Name(topic.Topic);
            writer.Number(topic.Since);
            writer.Number(topic.Records);
            writer.Number(topic.Bytes);
        }
        writer.Number(report.Groups.Count);
        foreach (var group in report.Groups)
        {
            writer.Name(group.Group);
            writer.Number(group.Members);
            writer.Number(group.Rebalances);
            writer.Number(group.Since);
        }
    }

    private static void Write(ref PackWriter writer, ApiStats api)
    {
        writer.Name(api.Direction);
        writer.Name(api.Api);
        writer.Number(api.ApiKey);
        writer.Number(api.Requests);
        writer.Number(api.Responses);
        writer.Number(api.ResponsesWithError);
        writer.Number(api.RequestBytes);
        writer.Number(api.ResponseBytes);
        writer.Number(api.ThrottleMilliseconds);
        writer.Number(api.Versions.Count);
        foreach (var version in api.Versions)
        {
            writer.Number(version.Version);
            writer.Number(version.Requests);
        }
        writer.Number(api.Errors.Count);
        foreach (var error in api.Errors)
        {
            writer.Name(error.Error);
            writer.Number(error.Code);
            writer.Number(error.Count);
        }
        writer.Number(api.Latency.Count(IsWork));
        foreach (var latency in api.Latency.Where(IsWork))
        {
            writer.Name(latency.Result);
            Write(ref writer, latency.Histogram);
        }
    }

    // Bucket indexes rise: their distances take one byte.
    private static void Write(ref PackWriter writer, HistogramReport histogram)
    {
        writer.Number(histogram.Count);
        writer.Number(histogram.SumNanoseconds);
        writer.Number(histogram.Buckets.Count);
        var last = 0L;
        for (var i = 0; i + 1 < histogram.Buckets.Count; i += 2)
        {
            writer.Number(histogram.Buckets[i] - last);
            writer.Number(histogram.Buckets[i + 1]);
            last = histogram.Buckets[i];
        }
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

    private static bool IsWork(LatencyStats latency) => latency.Result != EmptyResult;
}
