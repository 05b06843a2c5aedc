using System.Buffers.Binary;
using System.Text;

namespace KafkaMesh.Codec;

/// <summary>
/// Takes the records out of a records field, for tools and off the metrics path: batches of magic 2 and message sets of magic 0
/// and 1, checksums checked, compression undone within a limit. A batch that the broker cut at the end is passed over.
/// </summary>
public sealed class RecordsReader
{
    /// <summary>Most decompressed bytes of one field unless told otherwise.</summary>
    public const int DefaultLimit = 64 << 20;

    private const int Prefix = 12;
    private const int CrcAt = 17;
    private const int AttributesAt = 21;
    private const int BaseTimestampAt = 27;
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
    /// <param name="limit">Most bytes of all its batches after decompression.</param>
    public static RecordsError Read(ReadOnlySpan<byte> field, out IReadOnlyList<KafkaRecord> records, int limit = DefaultLimit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var reader = new RecordsReader(limit);
        records = reader._records;
        return reader.ReadBatches(field, nesting: 0);
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
        var count = BinaryPrimitives.ReadInt32BigEndian(batch[CountAt..]);
        for (; count > 0; count--)
        {
            if (!cursor.TryReadVarint(out var length) || !cursor.TryTake(length, out var bytes)) return RecordsError.MalformedRecord;
            if (!TryReadRecord(bytes, summary.BaseOffset, baseTimestamp)) return RecordsError.MalformedRecord;
        }

        return cursor.Left == 0 ? RecordsError.None : RecordsError.MalformedRecord;
    }

    /// <summary>attributes i8, timestamp and offset less those of the batch, key, value, headers: all varints in zigzag form.</summary>
    private bool TryReadRecord(ReadOnlySpan<byte> bytes, long baseOffset, long baseTimestamp)
    {
        var cursor = new RecordCursor(bytes);
        if (!cursor.TryReadInt8(out _) || !cursor.TryReadVarlong(out var timestamp) || !cursor.TryReadVarint(out var offset)) return false;
        if (!cursor.TryReadVarbytes(out var key) || !cursor.TryReadVarbytes(out var value) || !cursor.TryReadVarint(out var headerCount)) return false;
        var headers = new List<KeyValuePair<string, byte[]?>>();
        for (; headerCount > 0; headerCount--)
        {
            if (!cursor.TryReadVarbytes(out var name) || name is null || !cursor.TryReadVarbytes(out var content)) return false;
            headers.Add(new KeyValuePair<string, byte[]?>(Encoding.UTF8.GetString(name), content));
        }

        _records.Add(new KafkaRecord(unchecked(baseOffset + offset), unchecked(baseTimestamp + timestamp), key, value, headers));
        return headerCount == 0 && cursor.Left == 0;
    }

    private RecordsError ReadMessage(ReadOnlySpan<byte> message, in RecordBatchSummary summary, int nesting)
    {
        if (Crc32.OfIeee(message[OldMagicAt..]) != BinaryPrimitives.ReadUInt32BigEndian(message[OldCrcAt..])) return RecordsError.ChecksumMismatch;
        var cursor = new RecordCursor(message[OldTimestampAt..]);
        var timestamp = -1L;
        if (summary.Magic == RelativeMagic && !cursor.TryReadInt64(out timestamp)) return RecordsError.MalformedRecord;
        if (!cursor.TryReadBytes(out var key) || !cursor.TryReadBytes(out var value) || cursor.Left > 0) return RecordsError.MalformedRecord;
        if (summary.Compression != CompressionType.None) return ReadInner(summary, value ?? [], nesting);
        _records.Add(new KafkaRecord(summary.BaseOffset, timestamp, key, value, []));
        return RecordsError.None;
    }

    /// <summary>The messages inside a compressed one. Magic 1 numbers them from 0 and gives the last one's offset to the wrapper.</summary>
    private RecordsError ReadInner(in RecordBatchSummary wrapper, ReadOnlySpan<byte> value, int nesting)
    {
        if (nesting == MaxNesting) return RecordsError.NestedTooDeep;
        var error = Decompress(wrapper.Compression, value, out var plain);
        if (error != RecordsError.None) return error;
        var first = _records.Count;
        error = ReadBatches(plain, nesting + 1);
        if (error != RecordsError.None || wrapper.Magic != RelativeMagic || _records.Count == first) return error;
        var shift = unchecked(wrapper.BaseOffset - _records[^1].Offset);
        for (var i = first; i < _records.Count; i++) _records[i] = _records[i] with { Offset = unchecked(_records[i].Offset + shift) };
        return RecordsError.None;
    }

    /// <summary>Decompresses within what is left of the limit, which holds for the field: many small batches may hide much.</summary>
    private RecordsError Decompress(CompressionType type, ReadOnlySpan<byte> compressed, out byte[] plain)
    {
        var error = Decompressor.TryRead(type, compressed, _limit, out plain);
        if (plain.Length > _limit) return RecordsError.TooLarge;
        _limit -= plain.Length;
        return error;
    }
}
