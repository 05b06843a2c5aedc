using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <content>Tag sections and record batches: loops within one opcode, whose progress is kept in fields.</content>
public partial struct BodyReader
{
    /// <summary>Skips tagged fields: count, then (tag, size, bytes) each (KIP-482).</summary>
    /// <returns>The new position; the section is complete when <see cref="_tagsLeft"/> is <see cref="NotInSection"/>.</returns>
    private int ReadTags(scoped ReadOnlySpan<byte> span, int pos, int left, out DecodeError error)
    {
        error = DecodeError.None;
        if (_tagsLeft == NotInSection)
        {
            var prefix = Varint.Read(span[pos..], out var count);
            if (prefix <= 0) return Incomplete(prefix, pos, out error);
            if (count > (uint)(left - pos - prefix) / Varint.MinTagBytes) error = DecodeError.TagCountBeyondFrame;
            if (error != DecodeError.None) return pos;
            pos += prefix;
            _tagsLeft = (int)count;
        }

        while (_tagsLeft > 0)
        {
            var tagBytes = Varint.Read(span[pos..], out _);
            if (tagBytes <= 0) return Incomplete(tagBytes, pos, out error);
            var sizeBytes = Varint.Read(span[(pos + tagBytes)..], out var size);
            if (sizeBytes <= 0) return Incomplete(sizeBytes, pos, out error);
            var start = pos + tagBytes + sizeBytes;
            if (size > (uint)(left - start)) error = DecodeError.LengthBeyondFrame;
            if (error != DecodeError.None) return pos;
            _tagsLeft--;
            pos = SkipWithin(span, start, (int)size);
            if (_skip > 0) return pos;
        }

        _tagsLeft = NotInSection;
        return pos;
    }

    /// <summary>Sums up record batches by their headers and skips their payloads.</summary>
    /// <returns>The new position; the field is complete when <see cref="_recordsLeft"/> is <see cref="NotInSection"/>.</returns>
    private int ReadRecords<TSink>(Opcode opcode, scoped ReadOnlySpan<byte> span, int pos, int left, ref TSink sink, out DecodeError error)
        where TSink : struct, IBodySink, allows ref struct
    {
        error = DecodeError.None;
        if (_recordsLeft == NotInSection)
        {
            var prefix = ReadRecordsSize(opcode, span, pos, out var size);
            if (prefix <= 0) return Incomplete(prefix, pos, out error);
            if (size > left - pos - prefix) error = DecodeError.LengthBeyondFrame;
            if (error != DecodeError.None) return pos;
            pos += prefix;
            _recordsSize = (int)size;
            _recordsLeft = (int)size;
        }

        while (_recordsLeft > 0)
        {
            var found = RecordBatchHeader.TryRead(span[pos..], _recordsLeft, out var batch);
            if (found == RecordBatchHeader.Found.NeedMoreData) return pos;
            if (found != RecordBatchHeader.Found.Batch)
            {
                pos = SkipWithin(span, pos, _recordsLeft);
                return EndRecords(pos, found == RecordBatchHeader.Found.Partial ? RecordsEnd.PartialBatch : RecordsEnd.Corrupt, ref sink);
            }

            sink.OnRecordBatch(batch);
            _recordsLeft -= batch.SizeInBytes;
            pos = SkipWithin(span, pos, batch.SizeInBytes);
            if (_skip > 0 && _recordsLeft > 0) return pos;
        }

        return EndRecords(pos, RecordsEnd.Complete, ref sink);
    }

    private int EndRecords<TSink>(int pos, RecordsEnd end, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        sink.OnRecordsEnd(_recordsSize, end);
        _recordsLeft = NotInSection;
        return pos;
    }

    /// <returns>Bytes of the size; 0 when the piece ends within it; -1 when it is malformed. A null field has size 0.</returns>
    private static int ReadRecordsSize(Opcode opcode, scoped ReadOnlySpan<byte> span, int pos, out long size)
    {
        size = 0;
        if (opcode == Opcode.CompactRecords)
        {
            var prefix = Varint.Read(span[pos..], out var compact);
            size = Math.Max(0, (long)compact - 1);
            return prefix;
        }

        if (span.Length - pos < sizeof(int)) return 0;
        size = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(span[pos..]));
        return sizeof(int);
    }

    /// <summary>Moves over bytes; what the piece does not hold is left in <see cref="_skip"/> for the next one.</summary>
    private int SkipWithin(scoped ReadOnlySpan<byte> span, int pos, int count)
    {
        var here = Math.Min(count, span.Length - pos);
        _skip = count - here;
        return pos + here;
    }

    private static int Incomplete(int varint, int pos, out DecodeError error)
    {
        error = varint < 0 ? DecodeError.MalformedVarint : DecodeError.None;
        return pos;
    }
}
