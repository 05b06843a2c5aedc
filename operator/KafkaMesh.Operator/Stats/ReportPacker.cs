using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>Writes the parts of a report that a <see cref="PackedReport"/> keeps.</summary>
internal static class ReportPacker
{
    /// <summary>Writes a report; <see cref="PackedReport.Unpack"/> reads it in the same order.</summary>
    public static void Write(ref PackWriter writer, StatsReport report)
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
        writer.Number(report.Brokers.Count);
        foreach (var broker in report.Brokers)
        {
            writer.Name(broker.Direction);
            writer.Name(broker.Address);
            writer.Number(broker.Open);
            writer.Number(broker.Total);
            writer.Number(broker.ConnectErrors);
        }
        Write(ref writer, report.DecodeFailures);
        writer.Number(report.SeriesDropped.Count);
        foreach (var (metric, count) in report.SeriesDropped)
        {
            writer.Name(metric);
            writer.Number(count);
        }
    }

    private static void Write(ref PackWriter writer, IReadOnlyList<CountByReason> counts)
    {
        writer.Number(counts.Count);
        foreach (var count in counts)
        {
            writer.Name(count.Reason);
            writer.Number(count.Count);
            writer.Number(count.Direction is null ? 0 : 1);
            if (count.Direction is { } direction)
                writer.Name(direction);
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
        writer.Number(api.WithoutResponse);
        writer.Number(api.InFlight);
        Write(ref writer, api.Unanswered);
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

    private static bool IsWork(LatencyStats latency) => latency.Result != ApiSum.EmptyResult;
}
