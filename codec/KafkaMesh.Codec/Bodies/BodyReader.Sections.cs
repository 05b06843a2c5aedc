using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <content>Tag sections and record batches: loops within one opcode, whose progress is kept in fields.</content>
public partial struct BodyReader
{
    /// <summary>Skips tagged fields: count, then (tag, size, bytes) each (KIP-482).</summary>
    /// <returns>The new position; the section is complete when the status is Done.</returns>
    private int ReadTags(scoped ReadOnlySpan<byte> span, int pos, int left, out DecodeStatus status)
    {
        status = DecodeStatus.NeedMoreData;
        if (_tagsLeft == NotInSection)
        {
            var prefix = Varint.Read(span[pos..], out var count);
            if (prefix <= 0) return Incomplete(prefix, pos, ref status);
            if (count > (uint)(left - pos - prefix) / Varint.MinTagBytes) return Fail(DecodeError.TagCountBeyondFrame, pos, out status);
            pos += prefix;
            _tagsLeft = (int)count;
        }

        while (_tagsLeft > 0)
        {
            var tagBytes = Varint.Read(span[pos..], out _);
            if (tagBytes <= 0) return Incomplete(tagBytes, pos, ref status);
            var sizeBytes = Varint.Read(span[(pos + tagBytes)..], out var size);
            if (sizeBytes <= 0) return Incomplete(sizeBytes, pos, ref status);
            var start = pos + tagBytes + sizeBytes;
            if (size > (uint)(left - start)) return Fail(DecodeError.LengthBeyondFrame, pos, out status);
            _tagsLeft--;
            pos = SkipWithin(span, start, (int)size);
            if (_skip > 0) return pos;
        }

        _tagsLeft = NotInSection;
        status = DecodeStatus.Done;
        return pos;
    }

    /// <summary>Sums up record batches by their headers and skips their payloads.</summary>
    /// <returns>The new position; the field is complete when the status is Done, though its last payload may still have to be skipped.</returns>
    private int ReadRecords<TSink>(Opcode opcode, scoped ReadOnlySpan<byte> span, int pos, int left, ref TSink sink, out DecodeStatus status)
        where TSink : struct, IBodySink, allows ref struct
    {
        status = DecodeStatus.NeedMoreData;
        if (_recordsLeft == NotInSection)
        {
            var prefix = ReadRecordsSize(opcode, span, pos, out var size);
            if (prefix <= 0) return Incomplete(prefix, pos, ref status);
            if (size > left - pos - prefix) return Fail(DecodeError.LengthBeyondFrame, pos, out status);
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
                return EndRecords(pos, found == RecordBatchHeader.Found.Partial ? RecordsEnd.PartialBatch : RecordsEnd.Corrupt, ref sink, out status);
            }

            sink.OnRecordBatch(batch);
            _recordsLeft -= batch.SizeInBytes;
            pos = SkipWithin(span, pos, batch.SizeInBytes);
            if (_skip > 0 && _recordsLeft > 0) return pos;
        }

        return EndRecords(pos, RecordsEnd.Complete, ref sink, out status);
    }

    private int EndRecords<TSink>(int pos, RecordsEnd end, ref TSink sink, out DecodeStatus status)
        where TSink : struct, IBodySink, allows ref struct
    {
        sink.OnRecordsEnd(_recordsSize, end);
        _recordsLeft = NotInSection;
        status = DecodeStatus.Done;
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

    /// <param name="prefix">What reading a varint or length gave: 0 when the piece ends within it, -1 when it is malformed.</param>
    /// <param name="pos">Where it stands.</param>
    /// <param name="status">Failed when malformed; else left as it is.</param>
    private int Incomplete(int prefix, int pos, ref DecodeStatus status) => prefix < 0 ? Fail(DecodeError.MalformedVarint, pos, out status) : pos;

    private int Fail(DecodeError error, int pos, out DecodeStatus status)
    {
        Error = error;
        status = DecodeStatus.Failed;
        return pos;
    }
}
