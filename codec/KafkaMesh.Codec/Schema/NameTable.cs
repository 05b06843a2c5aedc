using System.Text;

namespace KafkaMesh.Codec;

/// <summary>Strings of a table of names, made once.</summary>
internal static class NameTable
{
    /// <summary>Splits a blob at its offsets; an empty name stands for a number that is not assigned.</summary>
    public static string?[] Build(ReadOnlySpan<byte> text, ReadOnlySpan<ushort> offsets)
    {
        var names = new string?[Math.Max(0, offsets.Length - 1)];
        for (var i = 0; i < names.Length; i++)
        {
            var utf8 = text[offsets[i]..offsets[i + 1]];
            names[i] = utf8.IsEmpty ? null : Encoding.ASCII.GetString(utf8);
        }

        return names;
    }
}
