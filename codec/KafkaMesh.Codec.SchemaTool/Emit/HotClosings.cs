using System.Text;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>
/// What is left of a hot program behind the last record batch of a body: ends of scopes and empty sections of tagged fields.
/// A piece mostly ends within that batch's payload, so these ends are written once more, for a piece that goes on behind it.
/// </summary>
internal sealed class HotClosings
{
    private readonly List<(int Tags, string Scopes)> _all = [];

    /// <summary>The number, from 1, of what follows a field of record batches when no array around it has another element; 0 when there are other fields.</summary>
    public int NumberOf(IReadOnlyList<Instruction> program, Instruction records)
    {
        var rest = program.Where(one => one.Pc > records.Pc).ToList();
        if (rest.Any(one => !one.IsTags && one.Opcode is not (Opcode.ScopeEnd or Opcode.Next or Opcode.End))) return 0;
        var scopes = rest.Where(one => one.Opcode == Opcode.ScopeEnd).Select(one => $"                sink.OnScopeEnd((FieldScopes){one.First});\n");
        var closing = (rest.Count(one => one.IsTags), string.Concat(scopes));
        if (!_all.Contains(closing)) _all.Add(closing);
        return _all.IndexOf(closing) + 1;
    }

    /// <summary>Writes the method that does what is left in one step.</summary>
    public void Write(StringBuilder text)
    {
        text.Append("""

                /// <summary>Ends a body that has nothing behind the skipped payload but ends of scopes and empty sections of tagged fields.</summary>
                /// <param name="rest">What is left of the piece, behind the payload.</param>
                /// <param name="beyond">Bytes of the frame behind the piece.</param>
                /// <param name="sink">Told what ends.</param>
                /// <returns>False when it is not all there, or has tagged fields: nothing was taken or told, and the body goes on at _pc.</returns>
                [MethodImpl(MethodImplOptions.AggressiveInlining)]
                private bool TryClose<TSink>(scoped ReadOnlySpan<byte> rest, int beyond, ref TSink sink)
                    where TSink : struct, IBodySink, allows ref struct
                {
                    int tags;
                    switch (_closing)
                    {

            """.ReplaceLineEndings("\n"));
        for (var i = 0; i < _all.Count; i++)
        {
            var (tags, scopes) = _all[i];
            text.Append($"            case {i + 1}:\n                tags = {tags};\n");
            if (tags > 0) text.Append($"                if (rest.Length < {tags} || ({string.Join(" | ", Enumerable.Range(0, tags).Select(at => $"rest[{at}]"))}) != 0) return Reopen();\n");
            text.Append(scopes).Append("                break;\n");
        }

        text.Append("            default: return false;\n        }\n\n        TrailingBytes = rest.Length + beyond - tags;\n        End(DecodeStatus.Done);\n        return true;\n    }\n");
    }
}
