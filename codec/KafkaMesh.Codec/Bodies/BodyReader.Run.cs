using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <content>The interpreter: one loop over the opcodes. A unit is read whole or not at all, so it resumes at its opcode.</content>
public partial struct BodyReader
{
    private const int MaxStringBytes = short.MaxValue;
    private const int Null = -1;

    /// <summary>Runs the program over a piece.</summary>
    /// <param name="span">At most what the frame still holds.</param>
    /// <param name="sink">Told what is found.</param>
    /// <param name="taken">Bytes used; the rest is the start of a unit that continues in the next piece.</param>
    private DecodeStatus Run<TSink>(scoped ReadOnlySpan<byte> span, ref TSink sink, out int taken)
        where TSink : struct, IBodySink, allows ref struct
    {
        var code = KafkaTables.Programs;
        var pc = _pc;
        var left = _left;
        var pos = 0;
        int prefix;
        int length;
        DecodeStatus section;
        DecodeError error;

    Next:
        switch ((Opcode)code[pc])
        {
            case Opcode.Skip:
                length = code[pc + 1];
                if (length > left - pos) goto Truncated;
                pc += 2;
                goto Skip;

            case Opcode.Int16:
                if (span.Length - pos < sizeof(short)) goto NeedMoreData;
                sink.OnNumber((FieldSemantic)code[pc + 1], BinaryPrimitives.ReadInt16BigEndian(span[pos..]));
                pos += sizeof(short);
                pc += 2;
                goto Next;

            case Opcode.Int32:
                if (span.Length - pos < sizeof(int)) goto NeedMoreData;
                sink.OnNumber((FieldSemantic)code[pc + 1], BinaryPrimitives.ReadInt32BigEndian(span[pos..]));
                pos += sizeof(int);
                pc += 2;
                goto Next;

            case Opcode.Int64:
                if (span.Length - pos < sizeof(long)) goto NeedMoreData;
                sink.OnNumber((FieldSemantic)code[pc + 1], BinaryPrimitives.ReadInt64BigEndian(span[pos..]));
                pos += sizeof(long);
                pc += 2;
                goto Next;

            case Opcode.TopicId:
                if (span.Length - pos < TopicId.SizeInBytes) goto NeedMoreData;
                sink.OnTopicId(TopicId.Read(span[pos..]));
                pos += TopicId.SizeInBytes;
                pc++;
                goto Next;

            case Opcode.String or Opcode.NullableString:
                prefix = sizeof(short);
                if (span.Length - pos < prefix) goto NeedMoreData;
                length = BinaryPrimitives.ReadInt16BigEndian(span[pos..]);
                if (length >= 0) goto Text;
                if ((Opcode)code[pc] == Opcode.String) goto UnexpectedNull;
                pos += prefix;
                pc += 2;
                goto Next;

            case Opcode.CompactString or Opcode.CompactNullableString:
                prefix = ReadCompactLength(span, pos, out length);
                if (prefix <= 0) goto VarintIncomplete;
                if ((uint)length <= MaxStringBytes) goto Text;
                if (length != Null) goto StringTooLong;
                if ((Opcode)code[pc] == Opcode.CompactString) goto UnexpectedNull;
                pos += prefix;
                pc += 2;
                goto Next;

            case Opcode.Bytes or Opcode.NullableBytes:
                prefix = sizeof(int);
                if (span.Length - pos < prefix) goto NeedMoreData;
                length = BinaryPrimitives.ReadInt32BigEndian(span[pos..]);
                if (length < 0 && (Opcode)code[pc] == Opcode.Bytes) goto UnexpectedNull;
                length = Math.Max(0, length);
                if (length > left - pos - prefix) goto LengthBeyondFrame;
                pos += prefix;
                pc++;
                goto Skip;

            case Opcode.CompactBytes or Opcode.CompactNullableBytes:
                prefix = ReadCompactLength(span, pos, out length);
                if (prefix <= 0) goto VarintIncomplete;
                if (length == Null && (Opcode)code[pc] == Opcode.CompactBytes) goto UnexpectedNull;
                if (length == Null) length = 0;
                if ((uint)length > (uint)(left - pos - prefix)) goto LengthBeyondFrame;
                pos += prefix;
                pc++;
                goto Skip;

            case >= Opcode.Array and <= Opcode.CompactNullableFixedArray:
                prefix = ReadCount((Opcode)code[pc], span, pos, out var count);
                if (prefix <= 0) goto VarintIncomplete;
                if (count < 0 && !IsNullable((Opcode)code[pc])) goto UnexpectedNull;
                count = Math.Max(0, count);
                if (count * code[pc + 2] > left - pos - prefix) goto CountBeyondFrame;
                if (code[pc + 1] != 0) sink.OnNumber((FieldSemantic)code[pc + 1], count);
                pos += prefix;
                if ((Opcode)code[pc] < Opcode.FixedArray)
                {
                    pc = EnterArray(code, pc, (int)count);
                    if (_hot != 0) goto Hot;
                    goto Next;
                }

                length = (int)count * code[pc + 2];
                pc += 3;
                goto Skip;

            case Opcode.Next:
                pc = LeaveElement(pc);
                if (_hot != 0) goto Hot;
                goto Next;

            case Opcode.NullableStruct:
                if (pos >= span.Length) goto NeedMoreData;
                var isNull = (sbyte)span[pos++] < 0;
                pc += isNull ? 3 + ReadJump(code, pc + 1) : 3;
                goto Next;

            case Opcode.Tags or Opcode.KnownTags:
                if (_tagsLeft == NotInSection && pos < span.Length && span[pos] == 0)
                {
                    pos++;
                    pc += TagOperands(code, pc);
                    goto Next;
                }

                pos = ReadTags(code[pc..], span, pos, left, ref sink, out section);
                if (section == DecodeStatus.NeedMoreData) goto NeedMoreData;
                if (section == DecodeStatus.Failed) goto SectionFailed;
                pc += TagOperands(code, pc);
                goto Next;

            case Opcode.Records or Opcode.CompactRecords:
                pos = ReadRecords((Opcode)code[pc], span, pos, left, ref sink, out section);
                if (section == DecodeStatus.NeedMoreData) goto NeedMoreData;
                if (section == DecodeStatus.Failed) goto SectionFailed;
                pc++;
                if (_skip > 0) goto NeedMoreData;
                goto Next;

            case Opcode.ScopeEnd:
                sink.OnScopeEnd((FieldScopes)code[pc + 1]);
                pc += 2;
                goto Next;

            case Opcode.Choose or Opcode.ChooseKept:
                if (pos >= span.Length) goto NeedMoreData;
                pc += Choose(code[pc..], span[pos++], ref sink);
                goto Next;

            case Opcode.ChosenScopeEnd:
                if (TextChoice.ScopesOf(_chosen) is var scopes && scopes != FieldScopes.None) sink.OnScopeEnd(scopes);
                pc++;
                goto Next;

            default:
                TrailingBytes = left - pos;
                taken = pos;
                return DecodeStatus.Done;
        }

    Hot:
        _pc = pc;
        length = RunHot(span[pos..], left - span.Length, ref sink);
        if (length == Finished)
        {
            taken = span.Length;
            return _end;
        }

        pos = span.Length - length;
        pc = _pc;
        goto Next;

    Text:
        if (length > left - pos - prefix) goto LengthBeyondFrame;
        pos += prefix;
        if (code[pc + 1] != 0)
        {
            var kept = Math.Min(length, MaxTextBytes);
            if (span.Length - pos < kept)
            {
                pos -= prefix;
                goto NeedMoreData;
            }

            if ((FieldSemantic)code[pc + 1] < TextChoice.Chosen) sink.OnText((FieldSemantic)code[pc + 1], span.Slice(pos, kept), length);
            else OnChosenText((FieldSemantic)code[pc + 1], span.Slice(pos, kept), length, ref sink);
            pos += kept;
            length -= kept;
        }

        pc += 2;

    Skip:
        if (length <= span.Length - pos)
        {
            pos += length;
            goto Next;
        }

        _skip = length - (span.Length - pos);
        pos = span.Length;

    NeedMoreData:
        if (span.Length == left) goto Truncated;
        _pc = pc;
        _left = left - pos;
        taken = pos;
        return DecodeStatus.NeedMoreData;

    VarintIncomplete:
        if (span.Length - pos < Varint.MaxBytes) goto NeedMoreData;
        error = DecodeError.MalformedVarint;
        goto Failed;

    Truncated:
        error = DecodeError.Truncated;
        goto Failed;

    UnexpectedNull:
        error = DecodeError.UnexpectedNull;
        goto Failed;

    LengthBeyondFrame:
        error = DecodeError.LengthBeyondFrame;
        goto Failed;

    StringTooLong:
        error = DecodeError.StringTooLong;
        goto Failed;

    CountBeyondFrame:
        error = DecodeError.CountBeyondFrame;

    Failed:
        Error = error;

    SectionFailed:
        taken = pos;
        return DecodeStatus.Failed;
    }

    /// <returns>Bytes of the instruction.</returns>
    private static int TagOperands(ReadOnlySpan<byte> code, int pc) =>
        (Opcode)code[pc] == Opcode.Tags ? 1 : 2 + (code[pc + 1] * KnownTag.SizeInBytes);

    private static bool IsNullable(Opcode array) => ((array - Opcode.Array) & 1) != 0;

    private static bool IsCompact(Opcode array) => ((array - Opcode.Array) & 2) != 0;

    private static int ReadJump(ReadOnlySpan<byte> code, int at) => BinaryPrimitives.ReadUInt16BigEndian(code[at..]);

    private int EnterArray(ReadOnlySpan<byte> code, int pc, int count)
    {
        const int Operands = 5;
        if (count == 0) return pc + Operands + ReadJump(code, pc + 3);
        ref var level = ref _arrays[_depth++];
        level.ElementStart = pc + Operands;
        level.ElementsLeft = count;
        return level.ElementStart;
    }

    private int LeaveElement(int pc)
    {
        ref var level = ref _arrays[_depth - 1];
        if (--level.ElementsLeft > 0) return level.ElementStart;
        _depth--;
        return pc + 1;
    }
}
