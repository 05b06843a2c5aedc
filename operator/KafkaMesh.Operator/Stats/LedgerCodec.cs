using System.IO.Compression;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>Writes a ledger small enough for a ConfigMap (1 MiB), whatever the number of pods.</summary>
internal static class LedgerCodec
{
    /// <summary>Largest stored ledger in bytes before base64.</summary>
    public const int MaxBytes = 700 * 1024;

    private const int MaxNames = 500;
    private const int MaxExpandedBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Gzipped JSON. When it is too large, details go first that the next reports bring back: latency and topics of
    /// living sidecars, then their error and version lists; at last who left and may come back, and the names of topics that counted least.
    /// What they counted stays.
    /// </summary>
    public static byte[] Encode(LedgerSnapshot snapshot)
    {
        var bytes = Compress(snapshot, CompressionLevel.Fastest);
        if (bytes.Length > MaxBytes)
            bytes = Compress(snapshot);
        if (bytes.Length > MaxBytes)
            bytes = Compress(WithoutDetails(snapshot, keepLists: true));
        if (bytes.Length > MaxBytes)
            bytes = Compress(WithoutDetails(snapshot, keepLists: false));
        if (bytes.Length > MaxBytes)
            bytes = Compress(WithoutDetails(snapshot, keepLists: false) with { Retired = WithFewerNames(AllGone(snapshot)), Departed = [] });
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no ledger of a known format.</exception>
    public static LedgerSnapshot Decode(byte[] bytes)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            var json = ReadBounded(gzip);
            var snapshot = JsonSerializer.Deserialize(json, LedgerJson.Default.LedgerSnapshot);
            return snapshot is { Format: LedgerSnapshot.CurrentFormat }
                ? snapshot
                : throw new InvalidDataException($"the stored ledger has format {snapshot?.Format}; {LedgerSnapshot.CurrentFormat} is known");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"the stored ledger is no JSON of ours: {error.Message}", error);
        }
    }

    private static ReadOnlySpan<byte> ReadBounded(Stream stream)
    {
        var expanded = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (expanded.Length + read > MaxExpandedBytes)
                throw new InvalidDataException("the stored ledger expands to more than 64 MiB");
            expanded.Write(buffer.AsSpan(0, read));
        }
        return expanded.GetBuffer().AsSpan(0, (int)expanded.Length);
    }

    private static LedgerSnapshot WithoutDetails(LedgerSnapshot snapshot, bool keepLists) => snapshot with
    {
        Instances =
        [
            .. snapshot.Instances.Select(entry => entry with
            {
                Vanished = null,
                Report = entry.Report with
                {
                    Topics = [],
                    Groups = [],
                    Apis = [.. entry.Report.Apis.Select(a => a with { Latency = [], Errors = keepLists ? a.Errors : [], Versions = keepLists ? a.Versions : [] })],
                },
            }),
        ],
    };

    private static StatsReport AllGone(LedgerSnapshot snapshot)
    {
        var sum = new StatsSum();
        sum.Add(snapshot.Retired);
        foreach (var entry in snapshot.Departed)
            sum.Add(entry.TotalOfGone);
        return sum.ToReport();
    }

    private static StatsReport WithFewerNames(StatsReport retired)
    {
        var kept = retired.Topics.OrderByDescending(topic => topic.Bytes).Take(MaxNames).ToHashSet();
        var rest = retired.Topics.Where(topic => !kept.Contains(topic)).GroupBy(topic => topic.Api).Select(topics => new TopicStats
        {
            Api = topics.Key,
            Topic = WellKnownNames.OtherLabel,
            Records = SaturatingSum.Of(topics, topic => topic.Records),
            Bytes = SaturatingSum.Of(topics, topic => topic.Bytes),
        });
        return retired with
        {
            Topics = [.. kept, .. rest],
            Groups = [.. retired.Groups.OrderByDescending(group => group.Rebalances).Take(MaxNames)],
        };
    }

    private static byte[] Compress(LedgerSnapshot snapshot, CompressionLevel level = CompressionLevel.Optimal)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, level, leaveOpen: true))
            JsonSerializer.Serialize(gzip, snapshot, LedgerJson.Default.LedgerSnapshot);
        return output.ToArray();
    }
}
