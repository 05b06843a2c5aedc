using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>
/// Packs the counts of an interval: variable-length integers, histogram buckets as distances, names left out. An API with 30 different
/// latencies takes about 100 bytes.
/// </summary>
internal static class SampleCodec
{
    /// <summary>Packs APIs that were used.</summary>
    public static byte[] Encode(IEnumerable<ApiSum> apis)
    {
        var used = apis.Select(api => api.ToReport()).Where(IsUsed).ToList();
        if (used.Count == 0)
            return [];
        var output = new MemoryStream();
        using var writer = new BinaryWriter(output);
        writer.Write7BitEncodedInt(used.Count);
        foreach (var api in used)
            Write(writer, api);
        return output.ToArray();
    }

    /// <summary>Unpacks what <see cref="Encode"/> made; names are empty.</summary>
    public static IReadOnlyList<ApiStats> Decode(byte[] bytes)
    {
        if (bytes.Length == 0)
            return [];
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var apis = new ApiStats[reader.Read7BitEncodedInt()];
        for (var i = 0; i < apis.Length; i++)
            apis[i] = Read(reader);
        return apis;
    }

    private static bool IsUsed(ApiStats api) =>
        api.Requests > 0 || api.Responses > 0 || api.RequestBytes > 0 || api.ResponseBytes > 0 || api.ThrottleMilliseconds > 0 || api.Latency.Count > 0 || api.Errors.Any(e => e.Count > 0);

    private static void Write(BinaryWriter writer, ApiStats api)
    {
        writer.Write7BitEncodedInt(api.ApiKey);
        foreach (var count in (ReadOnlySpan<long>)[api.Requests, api.Responses, api.ResponsesWithError, api.RequestBytes, api.ResponseBytes, api.ThrottleMilliseconds])
            writer.Write7BitEncodedInt64(Math.Max(0, count));
        var errors = api.Errors.Where(e => e.Count > 0).ToList();
        writer.Write7BitEncodedInt(errors.Count);
        foreach (var error in errors)
        {
            writer.Write7BitEncodedInt(error.Code);
            writer.Write7BitEncodedInt64(error.Count);
        }
        IReadOnlyList<long> buckets = api.Latency.Count > 0 ? api.Latency[0].Histogram.Buckets : [];
        writer.Write7BitEncodedInt(buckets.Count / 2);
        var last = 0L;
        for (var i = 0; i < buckets.Count; i += 2)
        {
            writer.Write7BitEncodedInt64(buckets[i] - last);
            writer.Write7BitEncodedInt64(buckets[i + 1]);
            last = buckets[i];
        }
    }

    private static ApiStats Read(BinaryReader reader)
    {
        var api = new ApiStats
        {
            ApiKey = reader.Read7BitEncodedInt(),
            Requests = reader.Read7BitEncodedInt64(),
            Responses = reader.Read7BitEncodedInt64(),
            ResponsesWithError = reader.Read7BitEncodedInt64(),
            RequestBytes = reader.Read7BitEncodedInt64(),
            ResponseBytes = reader.Read7BitEncodedInt64(),
            ThrottleMilliseconds = reader.Read7BitEncodedInt64(),
        };
        var errors = new ErrorCount[reader.Read7BitEncodedInt()];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = new ErrorCount(reader.Read7BitEncodedInt(), "", reader.Read7BitEncodedInt64());
        var buckets = new long[2 * reader.Read7BitEncodedInt()];
        var (last, count) = (0L, 0L);
        for (var i = 0; i < buckets.Length; i += 2)
        {
            last += reader.Read7BitEncodedInt64();
            (buckets[i], buckets[i + 1]) = (last, reader.Read7BitEncodedInt64());
            count += buckets[i + 1];
        }
        return api with
        {
            Errors = errors,
            Latency = buckets.Length > 0 ? [new LatencyStats("all", new HistogramReport { Count = count, Buckets = buckets })] : [],
        };
    }
}
