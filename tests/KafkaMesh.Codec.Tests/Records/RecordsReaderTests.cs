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
        Assert.Equal(RecordsError.None, RecordsReader.Read(Message(102, 1, Gzip(inner)), out var records));
        Assert.Equal([(100L, 1L, "a"), (101L, 1L, "b"), (102L, 1L, "c")], records.Select(record => (record.Offset, record.Timestamp, Encoding.ASCII.GetString(record.Value!))));
    }

    [Fact]
    public void Read_CompressedMessageWithinACompressedOne_IsRefused()
    {
        Assert.Equal(RecordsError.NestedTooDeep, RecordsReader.Read(Message(0, 1, Gzip(Message(0, 1, [1]))), out _));
    }

    [Fact]
    public void Read_ManySmallBatches_ShareOneLimit()
    {
        var compressed = Gzip(Message(0, 0, new byte[1000]));
        byte[] twice = [.. Message(0, 1, compressed), .. Message(1, 1, compressed)];
        var needed = 2 * (1034 + RecordsReader.RecordCost);
        Assert.Equal(RecordsError.None, RecordsReader.Read(twice, out _, needed + 200));
        Assert.Equal(RecordsError.TooLarge, RecordsReader.Read(twice, out _, needed - 1));
    }

    /// <summary>A record can take 7 bytes and a header 2, and a gigabyte of memory would be made of a few KiB on the wire.</summary>
    [Fact]
    public void Read_ManyTinyRecordsOrHeaders_CountWhatTheyTakeInMemory()
    {
        const int count = 10_000;
        byte[] record = [0, 0, 0, 1, 1, 0];
        var plain = Enumerable.Repeat((byte[])[12, .. record], count).SelectMany(bytes => bytes).ToArray();
        var batch = Batch(attributes: 0, count, plain);
        Assert.Equal(RecordsError.None, RecordsReader.Read(batch, out var records, plain.Length + (count * RecordsReader.RecordCost)));
        Assert.Equal(count, records.Count);
        Assert.Equal(RecordsError.TooLarge, RecordsReader.Read(batch, out _, plain.Length + (count * RecordsReader.RecordCost) - 1));

        byte[] headers = [0, 0, 0, 1, 1, .. Varint(count), .. Enumerable.Repeat((byte[])[0, 1], count).SelectMany(bytes => bytes)];
        byte[] one = [.. Varint(headers.Length), .. headers];
        var needed = one.Length + (count * RecordsReader.HeaderCost) + RecordsReader.RecordCost;
        Assert.Equal(RecordsError.None, RecordsReader.Read(Batch(attributes: 0, 1, one), out records, needed));
        Assert.Equal(count, records.Single().Headers.Count);
        Assert.Equal(RecordsError.TooLarge, RecordsReader.Read(Batch(attributes: 0, 1, one), out _, needed - 1));
    }

    /// <summary>What Kafka's consumer gives: the times of the batch where the topic wants append times (0x08), deltas where a delete horizon stands (0x40).</summary>
    [Theory]
    [InlineData(0x00, 1, false)]
    [InlineData(0x08, 2, false)]
    [InlineData(0x40, 1, false)]
    [InlineData(0x30, 1, true)]
    public void Read_AttributesOfABatch_GiveTimeAndKind(int attributes, long timestamp, bool isControl)
    {
        Assert.Equal(RecordsError.None, RecordsReader.Read(Batch(attributes, 1, [12, 0, 0, 0, 1, 1, 0]), out var records));
        Assert.Equal((7L, timestamp, isControl), (records.Single().Offset, records.Single().Timestamp, records.Single().IsControl));
    }

    /// <summary>librdkafka and kafka-python leave the wrapper's offset at 0, so the messages keep their own.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(9, 7)]
    public void Read_CompressedMessageSetOfMagic1_TakesOffsetsAsKafkaDoes(long wrapperOffset, long first)
    {
        byte[] inner = [.. Message(0, 0, "a"u8), .. Message(1, 0, "b"u8), .. Message(2, 0, "c"u8)];
        Assert.Equal(RecordsError.None, RecordsReader.Read(Message(wrapperOffset, 1, Gzip(inner)), out var records));
        Assert.Equal([first, first + 1, first + 2], records.Select(record => record.Offset));
    }

    [Fact]
    public void Read_CompressedMessageSetWithAppendTime_GivesTheWrappersTime()
    {
        var inner = new WireWriter().Int64(0).Int32(22).Int32(0).Int8(1).Int8(0).Int64(55).Int32(-1).Int32(-1).ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(inner.AsSpan(12), Crc32.OfIeee(inner.AsSpan(16)));
        Assert.Equal(RecordsError.None, RecordsReader.Read(Message(0, 1, Gzip(inner)), out var own));
        Assert.Equal(RecordsError.None, RecordsReader.Read(Message(0, 1 | 8, Gzip(inner)), out var appended));
        Assert.Equal((55L, 1L), (own.Single().Timestamp, appended.Single().Timestamp));
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
        var compressed = Gzip(new byte[1 << 20]);
        Assert.Equal(RecordsError.TooLarge, Decompressor.TryRead(CompressionType.Gzip, compressed, 1 << 16, out _));
        Assert.Equal(RecordsError.None, Decompressor.TryRead(CompressionType.Gzip, compressed, 1 << 20, out var plain));
        Assert.Equal(1 << 20, plain.Length);
    }

    /// <summary>A broken batch may be as much work as a whole one: it counts, so that thousands of them do not take thousands of times as long.</summary>
    [Fact]
    public void Read_BombsThatAreBroken_CountTowardsTheLimit()
    {
        var broken = Gzip(new byte[1 << 20]);
        broken[^5] ^= 1;
        var limit = 3 << 20;
        Assert.Equal(RecordsError.MalformedCompression, RecordsReader.Read(Message(0, 1, broken), out _, ref limit));
        Assert.InRange(limit, 0, (2 << 20) + (1 << 14)); // less the last piece
        Assert.Equal(RecordsError.TooLarge, RecordsReader.Read(Message(0, 1, Gzip(new byte[3 << 20])), out _, ref limit));
        Assert.Equal(0, limit);
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
                Assert.True(Enum.IsDefined(error) && plain.Length <= 1 << 16);
            }
        }
    }

    [Fact]
    public void OfIeee_CheckString_IsThePublishedValue()
    {
        Assert.Equal(0xCBF43926u, Crc32.OfIeee("123456789"u8));
        Assert.Equal(0xE3069283u, Crc32.Castagnoli("123456789"u8));
    }

    private static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return output.ToArray();
    }

    /// <summary>A batch at offset 7, from time 1 to time 2, with its checksum.</summary>
    private static byte[] Batch(int attributes, int records, ReadOnlySpan<byte> payload)
    {
        var batch = new WireWriter().Batch(7, attributes, records, payload).ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), Crc32.Castagnoli(batch.AsSpan(21)));
        return batch;
    }

    /// <summary>A number above zero in zigzag form.</summary>
    private static byte[] Varint(int value) => new WireWriter().Varint((uint)value << 1).ToArray();

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
