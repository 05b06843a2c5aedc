using System.Buffers.Binary;
using System.Text;

namespace KafkaMesh.Codec;

/// <summary>Strings of a table of names, made once.</summary>
internal static class NameTable
{
    /// <summary>Splits a blob at its offsets; an empty name stands for a number that is not assigned.</summary>
    public static string?[] Build(ReadOnlySpan<byte> text, ReadOnlySpan<byte> offsets)
    {
        var names = new string?[(offsets.Length / sizeof(ushort)) - 1];
        for (var i = 0; i < names.Length; i++)
        {
            var utf8 = text[Offset(offsets, i)..Offset(offsets, i + 1)];
            names[i] = utf8.IsEmpty ? null : Encoding.ASCII.GetString(utf8);
        }

        return names;
    }

    private static int Offset(ReadOnlySpan<byte> offsets, int index) => BinaryPrimitives.ReadUInt16BigEndian(offsets[(index * sizeof(ushort))..]);
}
