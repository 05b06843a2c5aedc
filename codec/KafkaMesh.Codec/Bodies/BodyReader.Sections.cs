using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <content>Tag sections and record batches: loops within one opcode, whose progress is kept in fields.</content>
public partial struct BodyReader
{
    /// <summary>Reads tagged fields: count, then (tag, size, bytes) each (KIP-482). Tells those with a meaning, skips the others.</summary>
    /// <param name="code">Starts at the instruction.</param>
    /// <param name="span">The piece.</param>
    /// <param name="pos">Where to begin in it.</param>
    /// <param name="left">Bytes left in the frame from the piece's start.</param>
    /// <param name="sink">Told the numbers.</param>
    /// <param name="status">How far it got.</param>
    /// <returns>The new position; the section is complete when the status is Done.</returns>
    private int ReadTags<TSink>(ReadOnlySpan<byte> code, scoped ReadOnlySpan<byte> span, int pos, int left, ref TSink sink, out DecodeStatus status)
        where TSink : struct, IBodySink, allows ref struct
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
            var tagBytes = Varint.Read(span[pos..], out var tag);
            if (tagBytes <= 0) return Incomplete(tagBytes, pos, ref status);
            var sizeBytes = Varint.Read(span[(pos + tagBytes)..], out var size);
            if (sizeBytes <= 0) return Incomplete(sizeBytes, pos, ref status);
            var start = pos + tagBytes + sizeBytes;
            if (size > (uint)(left - start)) return Fail(DecodeError.LengthBeyondFrame, pos, out status);
            var known = KnownTag.Find(code, tag);
            if (known.Size > 0)
            {
                if (size < known.Size) return Fail(DecodeError.Truncated, pos, out status);
                if (span.Length - start < known.Size) return pos;
                sink.OnNumber(known.Semantic, known.Read(span[start..]));
            }

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

        pos += ReadBatches(span[pos..], ref sink);
        if (_recordsLeft == NotInSection) status = DecodeStatus.Done;
        return pos;
    }

    /// <summary>Goes on with a records field of which <see cref="_recordsLeft"/> bytes are left. It is told in full when that is no longer set.</summary>
    /// <returns>Bytes taken; a payload that the piece cuts is left in <see cref="_skip"/>.</returns>
    private int ReadBatches<TSink>(scoped ReadOnlySpan<byte> span, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        var pos = 0;
        var end = RecordsEnd.Complete;
        while (_recordsLeft > 0)
        {
            if (RecordBatchHeader.IsCurrent(span[pos..], _recordsLeft, out var size))
            {
                sink.OnRecordBatch(RecordBatchHeader.ReadCurrent(span[pos..], size));
            }
            else
            {
                var found = RecordBatchHeader.TryRead(span[pos..], _recordsLeft, out var batch);
                if (found == RecordBatchHeader.Found.NeedMoreData) return pos;
                if (found != RecordBatchHeader.Found.Batch)
                {
                    end = found == RecordBatchHeader.Found.Partial ? RecordsEnd.PartialBatch : RecordsEnd.Corrupt;
                    pos = SkipWithin(span, pos, _recordsLeft);
                    break;
                }

                sink.OnRecordBatch(batch);
                size = batch.SizeInBytes;
            }

            _recordsLeft -= size;
            pos = SkipWithin(span, pos, size);
            if (_skip > 0 && _recordsLeft > 0) return pos;
        }

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
