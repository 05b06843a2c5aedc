using System.IO.Compression;
using System.Text.Json;

namespace KafkaMesh.Operator.Stats;

/// <summary>Writes a ledger small enough for a ConfigMap (1 MiB), whatever the number of pods.</summary>
internal static class LedgerCodec
{
    /// <summary>Largest stored ledger in bytes before base64.</summary>
    public const int MaxBytes = 700 * 1024;

    private const int MaxExpandedBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Gzipped JSON. When it is too large, details go first that the next reports bring back: latency and topics of
    /// living sidecars, then their error and version lists. Their counters always stay.
    /// </summary>
    public static byte[] Encode(LedgerSnapshot snapshot)
    {
        var bytes = Compress(snapshot);
        if (bytes.Length > MaxBytes)
            bytes = Compress(WithoutDetails(snapshot, keepLists: true));
        if (bytes.Length > MaxBytes)
            bytes = Compress(WithoutDetails(snapshot, keepLists: false));
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
                Report = entry.Report with
                {
                    Topics = [],
                    Groups = [],
                    Apis = [.. entry.Report.Apis.Select(a => a with { Latency = [], Errors = keepLists ? a.Errors : [], Versions = keepLists ? a.Versions : [] })],
                },
            }),
        ],
    };

    private static byte[] Compress(LedgerSnapshot snapshot)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
            JsonSerializer.Serialize(gzip, snapshot, LedgerJson.Default.LedgerSnapshot);
        return output.ToArray();
    }
}
