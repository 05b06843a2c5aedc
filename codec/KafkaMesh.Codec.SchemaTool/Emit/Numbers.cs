using System.Text;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>Writes numbers as a collection expression, some per line.</summary>
internal static class Numbers
{
    private const int PerLine = 30;

    public static void Write(StringBuilder text, IReadOnlyList<int> numbers)
    {
        text.Append("    [\n");
        foreach (var line in numbers.Chunk(PerLine)) text.Append("        ").AppendJoin(", ", line).Append(",\n");
        text.Append("    ];\n");
    }
}
