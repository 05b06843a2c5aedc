using System.Text;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>Writes texts as one blob and the offsets where each starts.</summary>
internal static class Names
{
    /// <summary>Writes two properties: the offsets, and the blob.</summary>
    /// <param name="text">Receives them.</param>
    /// <param name="name">What the names of the two begin with.</param>
    /// <param name="summary">What the texts are.</param>
    /// <param name="all">The texts; empty ones are kept as such.</param>
    public static void Write(StringBuilder text, string name, string summary, IReadOnlyList<string> all)
    {
        var offsets = new List<int> { 0 };
        foreach (var one in all) offsets.Add(offsets[^1] + one.Length);

        Property(text, $"Where each name starts in <see cref=\"{name}Text\"/>, and where the last ends; 16 bits each.", name + "Offsets");
        Numbers.WriteWide(text, offsets);
        Property(text, summary, name + "Text");
        text.Append(string.Join(" +\n", all.Where(one => one.Length > 0).Select(one => $"        \"{one}\"u8"))).Append(";\n");
    }

    /// <summary>Writes the head of a property.</summary>
    public static void Property(StringBuilder text, string summary, string name) =>
        text.Append($"\n    /// <summary>{summary}</summary>\n    public static ReadOnlySpan<byte> {name} =>\n");
}
