using System.Text;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>Writes one program as one method of flat code: labels and jumps, so that it can be entered at any element of its loops.</summary>
internal sealed class HotProgram(StringBuilder text, List<byte> code, int start)
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
        var loops = _all.Where(instruction => instruction.IsLoop).ToList();
        WriteFields(loops);
        text.Append($"    private int RunHot{number}<TSink>(scoped ReadOnlySpan<byte> span, int pos, int left, ref TSink sink)\n");
        text.Append("        where TSink : struct, IBodySink, allows ref struct\n    {\n");
        if (_all.Any(one => one.Opcode is >= Opcode.Array and <= Opcode.CompactNullableFixedArray or Opcode.Records or Opcode.CompactRecords)) text.Append("        int prefix;\n");
        if (_all.Any(one => one.Opcode is (>= Opcode.String and <= Opcode.CompactNullableFixedArray) or Opcode.Records or Opcode.CompactRecords)) text.Append("        int length;\n");
        text.Append("        var pc = _pc;\n");
        for (var depth = 0; depth < MaxDepth(loops); depth++) text.Append($"        var n{depth} = _arrays[{depth}].ElementsLeft;\n");
        text.Append($"        switch (pc)\n        {{\n            case {start}: break;\n");
        foreach (var loop in loops.Where(IsEntry)) text.Append($"            case {loop.Next}: goto L{loop.Next};\n");
        text.Append("            default: return pos;\n        }\n\n");
        text.Append(_body);
        foreach (var loop in loops) WriteLeave(loop, [.. loops.Where(outer => outer.Pc <= loop.Pc && loop.Pc < outer.Target)]);
        text.Append($"    {Leave}:\n        _depth = 0;\n");
        if (loops.Any(loop => _used.Contains(Leave + loop.Next))) text.Append("    Exit:\n");
        text.Append("        _pc = pc;\n        return pos;\n    }\n");
    }

    private void WriteFields(List<Instruction> loops)
    {
        var targets = _all.Where(one => one.Target > 0).Select(one => one.Target).Concat(loops.Select(loop => loop.Next)).ToHashSet();
        for (var i = 0; i < _all.Count; i++)
        {
            while (_loops.Count > 0 && _all[i].Pc >= _loops[^1].Target) _loops.RemoveAt(_loops.Count - 1);
            if (targets.Contains(_all[i].Pc)) _body.Append($"    L{_all[i].Pc}:\n");
            if (_all[i].FixedSize == 0)
            {
                WriteOther(_all[i]);
                continue;
            }

            var group = new List<Instruction>();
            while (_all[i].FixedSize > 0 && (group.Count == 0 || !targets.Contains(_all[i].Pc))) group.Add(_all[i++]);
            i--;
            WriteGroup(group);
        }
    }

    /// <summary>Neighbouring fixed-size fields share one check.</summary>
    private void WriteGroup(List<Instruction> group)
    {
        var size = group.Sum(one => one.FixedSize);
        Check(group[0].Pc, $"span.Length - pos < {size}");
        if (group.Any(one => one.Opcode != Opcode.Skip))
        {
            Line("{");
            Line($"    var at = span.Slice(pos, {size});");
            var offset = 0;
            foreach (var one in group)
            {
                if (one.Opcode == Opcode.TopicId) Line($"    sink.OnTopicId(TopicId.Read(at[{offset}..]));");
                else if (one.Opcode != Opcode.Skip) Line($"    sink.OnNumber(FieldSemantic.{(FieldSemantic)one.First}, BinaryPrimitives.Read{one.Opcode}BigEndian(at[{offset}..]));");
                offset += one.FixedSize;
            }

            Line("}");
        }

        Line($"pos += {size};");
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
                Check(one.Pc, "pos >= span.Length");
                Line($"if ((sbyte)span[pos++] < 0) goto L{one.Target};");
                break;
            case Opcode.Tags or Opcode.KnownTags:
                Check(one.Pc, "pos >= span.Length || span[pos] != 0");
                Line("pos++;");
                break;
            default:
                Line($"pc = {one.Pc};");
                Line($"goto {Leave};");
                break;
        }
    }

    private void WriteText(Instruction one)
    {
        var isBytes = one.Opcode >= Opcode.Bytes;
        var isCompact = IsCompact(one, isBytes ? Opcode.Bytes : Opcode.String);
        var isNullable = IsNullable(one, isBytes ? Opcode.Bytes : Opcode.String);
        var prefix = isCompact ? 1 : isBytes ? sizeof(int) : sizeof(short);
        Check(one.Pc, $"span.Length - pos < {prefix}");
        Line(isCompact ? "length = span[pos] - 1;" : $"length = BinaryPrimitives.ReadInt{prefix * 8}BigEndian(span[pos..]);");
        var most = isCompact ? "MaxOneByteLength" : "MaxTextBytes";
        Check(one.Pc, $"{(isNullable ? "length" : "(uint)length")} > {most} || length > span.Length - pos - {prefix}");
        Line($"pos += {prefix};");
        var takes = isNullable ? "if (length > 0) " : "";
        if (!isBytes && one.First != 0) Line($"{(isNullable ? "if (length >= 0) " : "")}sink.OnText(FieldSemantic.{(FieldSemantic)one.First}, span.Slice(pos, length), length);");
        Line($"{takes}pos += length;");
    }

    private void WriteArray(Instruction one)
    {
        var plain = one.IsLoop ? Opcode.Array : Opcode.FixedArray;
        WriteLength(one.Pc, IsCompact(one, plain));
        var room = one.IsLoop ? "left" : "span.Length";
        Check(one.Pc, $"prefix <= 0 || length < {(IsNullable(one, plain) ? "Null" : "0")} || (long)length * {one.Second} > {room} - pos - prefix");
        if (one.First != 0) Line($"sink.OnNumber(FieldSemantic.{(FieldSemantic)one.First}, Math.Max(0, length));");
        Line("pos += prefix;");
        if (!one.IsLoop)
        {
            Line($"{(IsNullable(one, plain) ? "if (length > 0) " : "")}pos += length * {one.Second};");
            return;
        }

        Line($"if (length <= 0) goto L{one.Target};");
        Line($"n{_loops.Count} = length;");
        _loops.Add(one);
    }

    private void WriteRecords(Instruction one)
    {
        WriteLength(one.Pc, one.Opcode == Opcode.CompactRecords);
        Check(one.Pc, "prefix <= 0 || length < Null || length > span.Length - pos - prefix");
        Line("pos += prefix;");
        Line("length = Math.Max(0, length);");
        Line("SumUpRecords(span.Slice(pos, length), ref sink);");
        Line("pos += length;");
    }

    private void WriteLength(int pc, bool isCompact)
    {
        if (isCompact)
        {
            Line("prefix = ReadCompactLength(span, pos, out length);");
            return;
        }

        Check(pc, "span.Length - pos < sizeof(int)");
        Line("prefix = sizeof(int);");
        Line("length = BinaryPrimitives.ReadInt32BigEndian(span[pos..]);");
    }

    /// <summary>Leaves the instruction to the interpreter when the condition holds; nothing of it was taken or told yet.</summary>
    private void Check(int pc, string condition)
    {
        var leave = _loops.Count == 0 ? Leave : Leave + _loops[^1].Next;
        _used.Add(leave);
        Line($"if ({condition})");
        Line("{");
        Line($"    pc = {pc};");
        Line($"    goto {leave};");
        Line("}");
        _body.Append('\n');
    }

    private void Line(string line) => _body.Append("        ").Append(line).Append('\n');

    private void WriteLeave(Instruction loop, List<Instruction> enclosing)
    {
        if (!_used.Contains(Leave + loop.Next)) return;
        text.Append($"    {Leave}{loop.Next}:\n        _depth = {enclosing.Count};\n");
        for (var depth = 0; depth < enclosing.Count; depth++)
        {
            text.Append($"        _arrays[{depth}].ElementStart = {enclosing[depth].Next};\n        _arrays[{depth}].ElementsLeft = n{depth};\n");
        }

        text.Append("        goto Exit;\n\n");
    }

    /// <summary>An element that starts in the middle of a section is left to the interpreter, which knows how far it got.</summary>
    private bool IsEntry(Instruction loop) => !_all.Single(one => one.Pc == loop.Next).KeepsProgress;

    private static int MaxDepth(List<Instruction> loops) =>
        loops.Count == 0 ? 0 : loops.Max(loop => loops.Count(outer => outer.Pc <= loop.Pc && loop.Pc < outer.Target));

    private static bool IsNullable(Instruction one, Opcode plain) => ((one.Opcode - plain) & 1) != 0;

    private static bool IsCompact(Instruction one, Opcode plain) => ((one.Opcode - plain) & 2) != 0;
}
