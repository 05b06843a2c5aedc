using System.Buffers.Binary;
using System.Text;

namespace KafkaMesh.Codec;

/// <summary>
/// Takes the records out of a records field, for tools and off the metrics path: batches of magic 2 and message sets of magic 0
/// and 1, checksums checked, compression undone within a limit. A batch that the broker cut at the end is passed over.
/// Offsets and times are those that Kafka's own consumer sees.
/// </summary>
public sealed class RecordsReader
{
    /// <summary>Limit of one field, in bytes, unless told otherwise: what a broker's largest answer (50 MiB) holds at good compression.</summary>
    public const int DefaultLimit = 256 << 20;

    /// <summary>What a record counts towards the limit beside its bytes: a few bytes of a bomb would else become a hundred of memory.</summary>
    internal const int RecordCost = 96;

    /// <summary>What a header counts.</summary>
    internal const int HeaderCost = 48;

    private const int Prefix = 12;
    private const int CrcAt = 17;
    private const int AttributesAt = 21;
    private const int BaseTimestampAt = 27;
    private const int MaxTimestampAt = 35;
    private const int CountAt = 57;
    private const int Header = 61;
    private const int OldCrcAt = 12;
    private const int OldMagicAt = 16;
    private const int OldTimestampAt = 18;
    private const int RelativeMagic = 1;
    private const int MaxNesting = 1;

    private int _limit;
    private readonly List<KafkaRecord> _records = [];

    private RecordsReader(int limit) => _limit = limit;

    /// <summary>Reads all records of a field.</summary>
    /// <param name="field">The bytes of the field.</param>
    /// <param name="records">Those before the error, if any.</param>
    /// <param name="limit">Most bytes of all its batches after decompression; every record counts 96 more, every header 48.</param>
    /// <returns>None, or why it stopped; never throws on bytes.</returns>
    public static RecordsError Read(ReadOnlySpan<byte> field, out IReadOnlyList<KafkaRecord> records, int limit = DefaultLimit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Read(field, out records, ref limit);
    }

    /// <summary>Reads all records of a field within a limit that several share.</summary>
    internal static RecordsError Read(ReadOnlySpan<byte> field, out IReadOnlyList<KafkaRecord> records, ref int limit)
    {
        var reader = new RecordsReader(limit);
        records = reader._records;
        var error = reader.ReadBatches(field, nesting: 0);
        limit = reader._limit;
        return error;
    }

    private RecordsError ReadBatches(ReadOnlySpan<byte> left, int nesting)
    {
        while (!left.IsEmpty)
        {
            var found = RecordBatchHeader.TryRead(left, left.Length, out var summary);
            if (found == RecordBatchHeader.Found.Corrupt) return RecordsError.CorruptBatch;
            if (found != RecordBatchHeader.Found.Batch) return RecordsError.None;
            var batch = left[..summary.SizeInBytes];
            var error = summary.Magic > RelativeMagic ? ReadBatch(batch, summary) : ReadMessage(batch, summary, nesting);
            if (error != RecordsError.None) return error;
            left = left[summary.SizeInBytes..];
        }

        return RecordsError.None;
    }

    private RecordsError ReadBatch(ReadOnlySpan<byte> batch, in RecordBatchSummary summary)
    {
        if (Crc32.Castagnoli(batch[AttributesAt..]) != BinaryPrimitives.ReadUInt32BigEndian(batch[CrcAt..])) return RecordsError.ChecksumMismatch;
        var error = Decompress(summary.Compression, batch[Header..], out var plain);
        if (error != RecordsError.None) return error;
        var cursor = new RecordCursor(plain);
        var baseTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[BaseTimestampAt..]);
        var maxTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch[MaxTimestampAt..]);
        var count = BinaryPrimitives.ReadInt32BigEndian(batch[CountAt..]);
        for (; count > 0; count--)
        {
            if (!cursor.TryReadVarint(out var length) || !cursor.TryTake(length, out var bytes)) return RecordsError.MalformedRecord;
            error = ReadRecord(bytes, summary, baseTimestamp, maxTimestamp);
            if (error != RecordsError.None) return error;
        }

        return cursor.Left == 0 ? RecordsError.None : RecordsError.MalformedRecord;
    }

    /// <summary>attributes i8, timestamp and offset less those of the batch, key, value, headers: all varints in zigzag form.</summary>
    private RecordsError ReadRecord(ReadOnlySpan<byte> bytes, in RecordBatchSummary batch, long baseTimestamp, long maxTimestamp)
    {
        var cursor = new RecordCursor(bytes);
        if (!cursor.TryReadInt8(out _) || !cursor.TryReadVarlong(out var timestamp) || !cursor.TryReadVarint(out var offset)) return RecordsError.MalformedRecord;
        if (!cursor.TryReadVarbytes(out var key) || !cursor.TryReadVarbytes(out var value)) return RecordsError.MalformedRecord;
        var error = ReadHeaders(ref cursor, out var headers);
        if (error != RecordsError.None) return error;
        if (cursor.Left > 0) return RecordsError.MalformedRecord;
        timestamp = batch.HasLogAppendTime ? maxTimestamp : unchecked(baseTimestamp + timestamp);
        return Add(new KafkaRecord(unchecked(batch.BaseOffset + offset), timestamp, key, value, headers, batch.IsControl));
    }

    private RecordsError ReadHeaders(ref RecordCursor cursor, out IReadOnlyList<KeyValuePair<string, byte[]?>> headers)
    {
        headers = [];
        if (!cursor.TryReadVarint(out var count) || count < 0) return RecordsError.MalformedRecord;
        if (count == 0) return RecordsError.None;
        var read = new List<KeyValuePair<string, byte[]?>>();
        for (; count > 0; count--)
        {
            if (!TryCharge(HeaderCost)) return RecordsError.TooLarge;
            if (!cursor.TryReadVarbytes(out var name) || name is null || !cursor.TryReadVarbytes(out var content)) return RecordsError.MalformedRecord;
            read.Add(new KeyValuePair<string, byte[]?>(Encoding.UTF8.GetString(name), content));
        }

        headers = read;
        return RecordsError.None;
    }

    private RecordsError Add(KafkaRecord record)
    {
        if (!TryCharge(RecordCost)) return RecordsError.TooLarge;
        _records.Add(record);
        return RecordsError.None;
    }

    private bool TryCharge(int cost)
    {
        if (cost > _limit) return false;
        _limit -= cost;
        return true;
    }

    private RecordsError ReadMessage(ReadOnlySpan<byte> message, in RecordBatchSummary summary, int nesting)
    {
        if (Crc32.OfIeee(message[OldMagicAt..]) != BinaryPrimitives.ReadUInt32BigEndian(message[OldCrcAt..])) return RecordsError.ChecksumMismatch;
        var cursor = new RecordCursor(message[OldTimestampAt..]);
        var timestamp = -1L;
        if (summary.Magic == RelativeMagic && !cursor.TryReadInt64(out timestamp)) return RecordsError.MalformedRecord;
        if (!cursor.TryReadBytes(out var key) || !cursor.TryReadBytes(out var value) || cursor.Left > 0) return RecordsError.MalformedRecord;
        if (summary.Compression != CompressionType.None) return ReadInner(summary, timestamp, value ?? [], nesting);
        return Add(new KafkaRecord(summary.BaseOffset, timestamp, key, value, []));
    }

    /// <summary>
    /// The messages inside a compressed one. Magic 1 numbers them from 0 and gives the last one's offset to the wrapper (KIP-31);
    /// a producer may leave 0 there, which moves nothing. An append time is the wrapper's.
    /// </summary>
    private RecordsError ReadInner(in RecordBatchSummary wrapper, long timestamp, ReadOnlySpan<byte> value, int nesting)
    {
        if (nesting == MaxNesting) return RecordsError.NestedTooDeep;
        var error = Decompress(wrapper.Compression, value, out var plain);
        if (error != RecordsError.None) return error;
        var first = _records.Count;
        error = ReadBatches(plain, nesting + 1);
        if (error != RecordsError.None || wrapper.Magic != RelativeMagic || _records.Count == first) return error;
        var shift = Math.Max(0, unchecked(wrapper.BaseOffset - _records[^1].Offset));
        for (var i = first; i < _records.Count; i++)
        {
            var record = _records[i];
            _records[i] = record with { Offset = unchecked(record.Offset + shift), Timestamp = wrapper.HasLogAppendTime ? timestamp : record.Timestamp };
        }

        return RecordsError.None;
    }

    /// <summary>
    /// Decompresses within what is left of the limit, which holds for the field: many small batches may hide much. What came out of
    /// a broken one counts too, and nothing is left after one that was too large: it took its time.
    /// </summary>
    private RecordsError Decompress(CompressionType type, ReadOnlySpan<byte> compressed, out byte[] plain)
    {
        var error = Decompressor.TryRead(type, compressed, _limit, out plain);
        if (plain.Length > _limit) error = RecordsError.TooLarge;
        _limit = error == RecordsError.TooLarge ? 0 : _limit - plain.Length;
        return error;
    }
}
