using System.Text;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>
/// Where a hot program may be entered besides its start: at an element of an array, within record batches and behind them. There
/// the interpreter, or a piece before, may have stopped.
/// </summary>
internal sealed class HotEntries(IReadOnlyList<Instruction> program)
{
    private readonly List<Instruction> _elements = [.. program.Where(one => one.IsLoop).Select(loop => program.Single(one => one.Pc == loop.Next)).Where(one => !one.IsRecords)];
    private readonly List<Instruction> _records = [.. program.Where(one => one.IsRecords)];

    /// <summary>Whether there is one.</summary>
    public bool Any => _elements.Count > 0 || _records.Count > 0;

    /// <summary>Deepest nesting of arrays.</summary>
    public int MaxDepth => program.Max(one => Around(one.Pc).Count);

    /// <summary>The places that are jumped to.</summary>
    public HashSet<int> Labels => [.. program.Where(one => one.Target > 0).Select(one => one.Target), .. Behind().Select(one => one.Pc), .. _elements.Select(one => one.Pc)];

    /// <summary>The arrays that enclose a place, outermost first.</summary>
    public List<Instruction> Around(int pc) => [.. program.Where(one => one.IsLoop && one.Pc < pc && pc < one.Target)];

    /// <summary>Writes the jump to the place where the reader stands; elsewhere the interpreter goes on.</summary>
    public void Write(StringBuilder text)
    {
        if (!Any) return;
        text.Append("    Enter:\n        switch (_pc)\n        {\n");
        foreach (var one in _records) WriteCase(text, one, " when _recordsLeft != NotInSection");
        foreach (var one in Behind().UnionBy(_elements, one => one.Pc)) WriteCase(text, one, Condition(one));
        text.Append("            default: return rest.Length;\n        }\n");
    }

    private IEnumerable<Instruction> Behind() => _records.Select(records => program.Single(one => one.Pc == records.Next));

    /// <summary>Whoever stopped within a section of tagged fields goes on there.</summary>
    private static string Condition(Instruction one) => one.IsTags ? " when _tagsLeft == NotInSection" : "";

    private void WriteCase(StringBuilder text, Instruction one, string condition)
    {
        text.Append($"            case {one.Pc}{condition}:\n");
        for (var depth = 0; depth < Around(one.Pc).Count; depth++) text.Append($"                n{depth} = _arrays[{depth}].ElementsLeft;\n");
        if (one.IsRecords) text.Append("                length = _recordsSize;\n                left = _recordsLeft;\n                _recordsLeft = NotInSection;\n");
        text.Append($"                goto {(one.IsRecords ? "Batches" : "L")}{one.Pc};\n");
    }
}
