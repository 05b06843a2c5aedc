using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Manifests;

/// <summary>JSON as people write it: only what must be escaped is.</summary>
internal static class JsonText
{
    /// <summary>Writes a value on one line.</summary>
    public static string Write(JsonNode? node) => Write(node, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes a value indented by two spaces.</summary>
    public static string WriteIndented(JsonNode? node) =>
        Write(node, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" });

    /// <summary>Writes a value in the layout of an existing text: on one line, or indented as that is.</summary>
    public static string WriteLike(JsonNode node, string example)
    {
        var feed = example.IndexOf('\n', StringComparison.Ordinal);
        if (feed < 0)
            return Write(node);
        var line = example.AsSpan(feed + 1);
        var character = line.Length > 0 && line[0] == '\t' ? '\t' : ' ';
        return Write(node, new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Indented = true,
            IndentCharacter = character,
            IndentSize = Math.Clamp(line.IndexOfAnyExcept(character), 1, 8),
            NewLine = feed > 0 && example[feed - 1] == '\r' ? "\r\n" : "\n",
        });
    }

    private static string Write(JsonNode? node, JsonWriterOptions options)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            if (node is null)
                writer.WriteNullValue();
            else
                node.WriteTo(writer);
        }
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
