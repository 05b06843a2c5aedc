using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Captures;
using KafkaMesh.Codec.Tests.Generation;
using KafkaMesh.Codec.Tests.Json;

namespace KafkaMesh.Codec.Tests.Records;

public sealed class RecordsReaderTests
{
    private static readonly byte[] Plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("kafka mesh ", 9)));

    /// <summary>What real clients and brokers wrote: every batch whose records are not cut must be read, to the count of its header.</summary>
    [Theory]
    [MemberData(nameof(CaptureTests.Names), MemberType = typeof(CaptureTests))]
    public void Read_RecordsOfRecordedConversations_AreWhatTheirHeadersSay(string name)
    {
        foreach (var (records, view) in CaptureTests.Exchanges(name).SelectMany(RecordFields))
        {
            var error = RecordsReader.Read(records, out var read);
            Assert.True(error == RecordsError.None, $"{error}: {view}");
            var batches = view.GetProperty("batches").EnumerateArray().ToList();
            var announced = batches.Sum(batch => batch.GetProperty("records").GetInt32());
            var hides = batches.Any(batch => batch.GetProperty("magic").GetInt32() < 2 && batch.GetProperty("compression").GetString() != "none");
            Assert.True(hides ? read.Count >= announced : read.Count == announced, $"{read.Count} records: {view}");
        }
    }

    [Fact]
    public void Read_RecordsOfAllRecordings_CoverEveryCompression()
    {
        var found = CaptureTests.Names.SelectMany(row => CaptureTests.Exchanges(row.Data)).SelectMany(RecordFields)
            .SelectMany(field => field.View.GetProperty("batches").EnumerateArray())
            .Select(batch => batch.GetProperty("compression").GetString())
            .ToHashSet();
        Assert.Superset(new HashSet<string?> { "none", "gzip", "snappy", "lz4", "zstd" }, found);
    }

    [Fact]
    public void Read_BatchWithWrongChecksum_IsRefused() =>
        Assert.Equal(RecordsError.ChecksumMismatch, RecordsReader.Read(new WireWriter().Batch(0, 0, 0, []).ToArray(), out _));

    /// <summary>Magic 1 numbers the messages inside a compressed one from 0; the wrapper has the offset of the last (KIP-31).</summary>
    [Fact]
    public void Read_CompressedMessageSetOfMagic1_GivesAbsoluteOffsets()
    {
        byte[] inner = [.. Message(0, 0, "a"u8), .. Message(1, 0, "b"u8), .. Message(2, 0, "c"u8)];
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(inner);
        Assert.Equal(RecordsError.None, RecordsReader.Read(Message(102, 1, output.ToArray()), out var records));
        Assert.Equal([(100L, 1L, "a"), (101L, 1L, "b"), (102L, 1L, "c")], records.Select(record => (record.Offset, record.Timestamp, Encoding.ASCII.GetString(record.Value!))));
    }

    [Fact]
    public void Read_CompressedMessageWithinACompressedOne_IsRefused()
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Message(0, 1, [1]));
        Assert.Equal(RecordsError.NestedTooDeep, RecordsReader.Read(Message(0, 1, output.ToArray()), out _));
    }

    [Fact]
    public void Read_ManySmallBatches_ShareOneLimit()
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Message(0, 0, new byte[1000]));
        byte[] twice = [.. Message(0, 1, output.ToArray()), .. Message(1, 1, output.ToArray())];
        Assert.Equal(RecordsError.None, RecordsReader.Read(twice, out _, limit: 2200));
        Assert.Equal(RecordsError.TooLarge, RecordsReader.Read(twice, out _, limit: 2000));
    }

    [Fact]
    public void Read_CutBatch_IsPassedOver()
    {
        Assert.Equal(RecordsError.None, RecordsReader.Read(new WireWriter().Batch(0, 0, 1, [1, 2, 3]).ToArray().AsSpan()[..^1], out var records));
        Assert.Empty(records);
    }

    [Fact]
    public void Read_ImpossibleLength_IsCorrupt() =>
        Assert.Equal(RecordsError.CorruptBatch, RecordsReader.Read(new WireWriter().Int64(0).Int32(3).Raw(new byte[60]).ToArray(), out _));

    [Fact]
    public void TryRead_Gzip_StopsAtTheLimit()
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(new byte[1 << 20]);
        Assert.Equal(RecordsError.TooLarge, Decompressor.TryRead(CompressionType.Gzip, output.ToArray(), 1 << 16, out _));
        Assert.Equal(RecordsError.None, Decompressor.TryRead(CompressionType.Gzip, output.ToArray(), 1 << 20, out var plain));
        Assert.Equal(1 << 20, plain.Length);
    }

    /// <summary>"kafka mesh " once, then a copy that reaches into itself.</summary>
    [Fact]
    public void TryRead_RawSnappy_CopiesWhatOverlaps()
    {
        byte[] compressed = [99, 10 << 2, .. Plain[..11], (63 << 2) | 2, 11, 0, (23 << 2) | 2, 11, 0];
        Assert.Equal(RecordsError.None, Decompressor.TryRead(CompressionType.Snappy, compressed, 99, out var plain));
        Assert.Equal(Plain, plain);
        Assert.Equal(RecordsError.TooLarge, Decompressor.TryRead(CompressionType.Snappy, compressed, 98, out _));
    }

    [Fact]
    public void TryRead_MutatedCompression_IsAnErrorByName()
    {
        var random = new Random(20190530);
        byte[] snappy = [99, 10 << 2, .. Plain[..11], (63 << 2) | 2, 11, 0, (23 << 2) | 2, 11, 0];
        byte[] lz4 = [4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 22, 0, 0, 0, 0xBF, .. Plain[..11], 11, 0, 64, 0x50, .. Plain[..5], 0, 0, 0, 0];
        foreach (var (type, bytes) in new[] { (CompressionType.Snappy, snappy), (CompressionType.Lz4, lz4), (CompressionType.Zstd, lz4), (CompressionType.Gzip, lz4) })
        {
            for (var i = 0; i < 3000; i++)
            {
                var mutated = (byte[])bytes.Clone();
                for (var flips = random.Next(1, 4); flips > 0; flips--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                var error = Decompressor.TryRead(type, mutated.AsSpan(0, random.Next(mutated.Length + 1)), 1 << 16, out var plain);
                Assert.True(error == RecordsError.None ? plain.Length <= 1 << 16 : plain.Length == 0);
            }
        }
    }

    [Fact]
    public void OfIeee_CheckString_IsThePublishedValue()
    {
        Assert.Equal(0xCBF43926u, Crc32.OfIeee("123456789"u8));
        Assert.Equal(0xE3069283u, Crc32.Castagnoli("123456789"u8));
    }

    private static byte[] Message(long offset, int attributes, ReadOnlySpan<byte> value)
    {
        var message = new WireWriter().Message(offset, 1, attributes, value).ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), Crc32.OfIeee(message.AsSpan(16)));
        return message;
    }

    private static IEnumerable<(byte[] Bytes, JsonElement View)> RecordFields(Exchange exchange)
    {
        foreach (var (kind, body) in new[] { (MessageKind.Request, exchange.RequestBody), (MessageKind.Response, exchange.ResponseBody) })
        {
            var (error, json) = View.Of(new Target(exchange.Header.ApiKey, exchange.Header.ApiVersion, kind), body, JsonViewOptions.RecordData);
            if (error != DecodeError.None) continue;
            foreach (var field in Find(JsonDocument.Parse(json).RootElement)) yield return (field.GetProperty("data").GetBytesFromBase64(), field);
        }
    }

    private static IEnumerable<JsonElement> Find(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty("batches", out _) => [value],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Find(property.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Find),
        _ => [],
    };
}
