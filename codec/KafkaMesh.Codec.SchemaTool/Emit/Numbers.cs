using System.Buffers.Binary;
using System.Text;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>Writes numbers as a collection expression of bytes, some per line.</summary>
internal static class Numbers
{
    private const int PerLine = 30;

    /// <summary>Writes bytes.</summary>
    public static void Write(StringBuilder text, IReadOnlyList<byte> bytes)
    {
        text.Append("    [\n");
        foreach (var line in bytes.Chunk(PerLine)) text.Append("        ").AppendJoin(", ", line).Append(",\n");
        text.Append("    ];\n");
    }

    /// <summary>Writes 16-bit numbers, signed or not, as big-endian bytes.</summary>
    public static void WriteWide(StringBuilder text, IReadOnlyList<int> numbers)
    {
        var bytes = new byte[numbers.Count * sizeof(ushort)];
        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] is < short.MinValue or > ushort.MaxValue) throw new SchemaException($"{numbers[i]} does not fit the 16 bits of the tables.");
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * sizeof(ushort)), unchecked((ushort)numbers[i]));
        }

        Write(text, bytes);
    }
}
