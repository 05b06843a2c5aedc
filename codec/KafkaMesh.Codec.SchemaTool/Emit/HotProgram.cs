using System.Text;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>
/// Writes one program as one method of flat code: labels and jumps, so that it can be entered at any element of its loops and
/// within and behind record batches. What is seldom run stands behind the fields.
/// </summary>
internal sealed class HotProgram(StringBuilder text, List<byte> code, int start, HotClosings closings)
{
    private const string Leave = "Leave";
    private readonly IReadOnlyList<Instruction> _all = Instruction.ReadProgram(code, start);
    private readonly List<Instruction> _loops = [];
    private readonly HashSet<string> _used = [];
    private readonly StringBuilder _body = new();

    /// <summary>Writes the method.</summary>
    /// <param name="number">Its place in the list of hot programs, from 1.</param>
    public void Write(int number)
    {
        var entries = new HotEntries(_all);
        WriteFields(entries.Labels);
        text.Append($"    private int RunHot{number}<TSink>(scoped ReadOnlySpan<byte> rest, int beyond, ref TSink sink)\n");
        text.Append("        where TSink : struct, IBodySink, allows ref struct\n    {\n        int pc;\n");
        if (_all.Any(one => one.IsLoop || one.IsFixedArray || one.IsRecords)) text.Append("        int prefix;\n");
        if (_all.Any(one => one.IsText || one.IsLoop || one.IsFixedArray || one.IsRecords)) text.Append("        int length;\n");
        if (_all.Any(one => one.IsRecords)) text.Append("        int left;\n");
        for (var depth = 0; depth < entries.MaxDepth; depth++) text.Append($"        int n{depth};\n");
        text.Append($"        if (_pc != {start}) {(entries.Any ? "goto Enter" : "return rest.Length")};\n");
        text.Append(_body);
        foreach (var records in _all.Where(one => one.IsRecords)) WriteRareRecords(records, entries.Around(records.Pc));
        foreach (var loop in _all.Where(one => one.IsLoop && _used.Contains(Leave + one.Next))) WriteLeave(loop, entries.Around(loop.Next));
        text.Append($"    {Leave}:\n        _depth = 0;\n");
        if (_used.Count > 1 || !_used.Contains(Leave)) text.Append("    Exit:\n");
        text.Append("        _pc = pc;\n        _left = rest.Length + beyond;\n        return _skip > 0 ? Finished : rest.Length;\n");
        entries.Write(text);
        text.Append("    }\n");
    }

    private void WriteFields(HashSet<int> labels)
    {
        for (var i = 0; i < _all.Count; i++)
        {
            while (_loops.Count > 0 && _all[i].Pc >= _loops[^1].Target) _loops.RemoveAt(_loops.Count - 1);
            if (labels.Contains(_all[i].Pc)) _body.Append($"    L{_all[i].Pc}:\n");
            if (_all[i].FixedSize == 0)
            {
                WriteOther(_all[i]);
                continue;
            }

            var group = new List<Instruction>();
            while (_all[i].FixedSize > 0 && (group.Count == 0 || !labels.Contains(_all[i].Pc))) group.Add(_all[i++]);
            i--;
            WriteGroup(group);
        }
    }

    /// <summary>Neighbouring fixed-size fields share one check.</summary>
    private void WriteGroup(List<Instruction> group)
    {
        var size = group.Sum(one => one.FixedSize);
        Check(group[0].Pc, $"rest.Length < {size}");
        if (group.Any(one => one.Opcode != Opcode.Skip))
        {
            Line("{");
            Line($"    var at = rest[..{size}];");
            var offset = 0;
            foreach (var one in group)
            {
                if (one.Opcode == Opcode.TopicId) Line($"    sink.OnTopicId(TopicId.Read(at[{offset}..]));");
                else if (one.Opcode != Opcode.Skip) Line($"    sink.OnNumber(FieldSemantic.{(FieldSemantic)one.First}, BinaryPrimitives.Read{one.Opcode}BigEndian(at[{offset}..]));");
                offset += one.FixedSize;
            }

            Line("}");
            _body.Append('\n');
        }

        Line($"rest = rest[{size}..];");
    }

    private void WriteOther(Instruction one)
    {
        switch (one.Opcode)
        {
            case >= Opcode.String and <= Opcode.CompactNullableBytes: WriteText(one); break;
            case >= Opcode.Array and <= Opcode.CompactNullableFixedArray: WriteArray(one); break;
            case Opcode.Records or Opcode.CompactRecords: WriteRecords(one); break;
            case Opcode.ScopeEnd: Line($"sink.OnScopeEnd((FieldScopes){one.First});"); break;
            case Opcode.Next:
                Line($"if (--n{_loops.Count - 1} > 0) goto L{_loops[^1].Next};");
                break;
            case Opcode.NullableStruct:
                Check(one.Pc, "rest.IsEmpty");
                Line("length = (sbyte)rest[0];");
                Line("rest = rest[1..];");
                Line($"if (length < 0) goto L{one.Target};");
                break;
            case Opcode.Tags or Opcode.KnownTags:
                Check(one.Pc, "rest.IsEmpty || rest[0] != 0");
                Line("rest = rest[1..];");
                break;
            case Opcode.End:
                Line("return Finish(rest.Length + beyond);");
                break;
            default:
                throw new SchemaException($"No C# is written for {one.Opcode}.");
        }
    }

    private void WriteText(Instruction one)
    {
        var isBytes = one.Opcode >= Opcode.Bytes;
        var isCompact = IsCompact(one, isBytes ? Opcode.Bytes : Opcode.String);
        var isNullable = IsNullable(one, isBytes ? Opcode.Bytes : Opcode.String);
        var prefix = isCompact ? 1 : isBytes ? sizeof(int) : sizeof(short);
        if (!isBytes && (FieldSemantic)one.First >= TextChoice.Chosen) throw new SchemaException("No C# is written for texts whose meaning another field says.");
        Check(one.Pc, $"rest.Length < {prefix}");
        Line(isCompact ? "length = rest[0] - 1;" : $"length = BinaryPrimitives.ReadInt{prefix * 8}BigEndian(rest);");
        var most = isCompact ? "MaxOneByteLength" : "MaxTextBytes";
        Check(one.Pc, $"{(isNullable ? "length" : "(uint)length")} > {most} || length > rest.Length - {prefix}");
        Line($"rest = rest[{prefix}..];");
        if (!isBytes && one.First != 0) Line($"{(isNullable ? "if (length >= 0) " : "")}sink.OnText(FieldSemantic.{(FieldSemantic)one.First}, rest[..length], length);");
        Line($"{(isNullable ? "if (length > 0) " : "")}rest = rest[length..];");
    }

    private void WriteArray(Instruction one)
    {
        var plain = one.IsLoop ? Opcode.Array : Opcode.FixedArray;
        WriteLength(one.Pc, IsCompact(one, plain));
        var room = one.IsLoop ? "rest.Length + beyond" : "rest.Length";
        Check(one.Pc, $"prefix == 0 || length < {(IsNullable(one, plain) ? "Null" : "0")} || (long)length * {one.Second} > {room} - prefix");
        if (one.First != 0) Line($"sink.OnNumber(FieldSemantic.{(FieldSemantic)one.First}, Math.Max(0, length));");
        Line("rest = rest[prefix..];");
        if (!one.IsLoop)
        {
            Line($"{(IsNullable(one, plain) ? "if (length > 0) " : "")}rest = rest[(length * {one.Second})..];");
            return;
        }

        Line($"if (length <= 0) goto L{one.Target};");
        Line($"n{_loops.Count} = length;");
        _loops.Add(one);
    }

    /// <summary>Batches of the current magic are told here, also one whose payload the piece cuts; others are left to the resumable reader.</summary>
    private void WriteRecords(Instruction one)
    {
        WriteLength(one.Pc, one.Opcode == Opcode.CompactRecords);
        Check(one.Pc, "prefix == 0 || length < Null || length > rest.Length + beyond - prefix");
        Line("rest = rest[prefix..];");
        Line("length = Math.Max(0, length);");
        Line("left = length;");
        _body.Append($"    Batches{one.Pc}:\n");
        Line("while (RecordBatchHeader.IsCurrent(rest, left, out prefix))");
        Line("{");
        Line("    sink.OnRecordBatch(RecordBatchHeader.ReadCurrent(rest, prefix));");
        Line("    left -= prefix;");
        Line($"    if (prefix > rest.Length) goto Cut{one.Pc};");
        Line("    rest = rest[prefix..];");
        Line("}");
        _body.Append('\n');
        Line($"if (left > 0) goto Other{one.Pc};");
        Line("sink.OnRecordsEnd(length, RecordsEnd.Complete);");
    }

    private void WriteRareRecords(Instruction one, List<Instruction> enclosing)
    {
        var leave = LeaveOf(enclosing);
        var closing = closings.NumberOf(_all, one);
        var isLast = string.Join(" && ", Enumerable.Range(0, enclosing.Count).Select(depth => $"n{depth} == 1").DefaultIfEmpty("true"));
        text.Append($"""
                Cut{one.Pc}:
                    _skip = prefix - rest.Length;
                    rest = [];
                    if (left > 0) goto Kept{one.Pc};
                    sink.OnRecordsEnd(length, RecordsEnd.Complete);
                    pc = {one.Next};
                    {(closing == 0 ? "" : $"if ({isLast}) goto Closing{one.Pc};")}
                    goto {leave};

                Kept{one.Pc}:
                    _recordsSize = length;
                    _recordsLeft = left;
                    pc = {one.Pc};
                    goto {leave};

                Other{one.Pc}:
                    _recordsSize = length;
                    _recordsLeft = left;
                    rest = rest[ReadBatches(rest, ref sink)..];
                    pc = _recordsLeft == NotInSection ? {one.Next} : {one.Pc};
                    if (pc == {one.Pc} || _skip > 0) goto {leave};
                    goto L{one.Next};


            """.ReplaceLineEndings("\n"));
        if (closing == 0) return;
        text.Append($"""
                Closing{one.Pc}:
                    _closing = {closing};
                    _depth = {enclosing.Count};
                    _pc = pc;
                    _left = beyond;
                    return Finished;


            """.ReplaceLineEndings("\n"));
    }

    private void WriteLength(int pc, bool isCompact)
    {
        if (isCompact)
        {
            Line("prefix = ReadShortLength(rest, out length);");
            return;
        }

        Check(pc, "rest.Length < sizeof(int)");
        Line("prefix = sizeof(int);");
        Line("length = BinaryPrimitives.ReadInt32BigEndian(rest);");
    }

    /// <summary>Leaves the instruction to the interpreter when the condition holds; nothing of it was taken or told yet.</summary>
    private void Check(int pc, string condition)
    {
        Line($"if ({condition})");
        Line("{");
        Line($"    pc = {pc};");
        Line($"    goto {LeaveOf(_loops)};");
        Line("}");
        _body.Append('\n');
    }

    private string LeaveOf(List<Instruction> enclosing)
    {
        var label = enclosing.Count == 0 ? Leave : Leave + enclosing[^1].Next;
        _used.Add(label);
        return label;
    }

    private void Line(string line) => _body.Append("        ").Append(line).Append('\n');

    private void WriteLeave(Instruction loop, List<Instruction> enclosing)
    {
        text.Append($"    {Leave}{loop.Next}:\n        _depth = {enclosing.Count};\n");
        for (var depth = 0; depth < enclosing.Count; depth++)
        {
            text.Append($"        _arrays[{depth}].ElementStart = {enclosing[depth].Next};\n        _arrays[{depth}].ElementsLeft = n{depth};\n");
        }

        text.Append("        goto Exit;\n\n");
    }

    private static bool IsNullable(Instruction one, Opcode plain) => ((one.Opcode - plain) & 1) != 0;

    private static bool IsCompact(Instruction one, Opcode plain) => ((one.Opcode - plain) & 2) != 0;
}
