using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace KafkaMesh.Operator.Commands.OperatorApi;

/// <summary>
/// JSON with names from the wire, for scripts and terminals: letters of every language as they are, control and direction characters escaped.
/// </summary>
internal static class OutputJson
{
    private static readonly JavaScriptEncoder s_encoder = JavaScriptEncoder.Create(Shown());

    /// <summary>An answer of the operator, indented, with a line break at the end.</summary>
    public static string Indent(byte[] json) => WriteIndented(OperatorClient.Parse(json, KafkaMesh.Kubernetes.KubernetesJson.Default.JsonObject));

    /// <summary>Indented, with a line break at the end.</summary>
    public static string WriteIndented(JsonNode node) => Write(writer => node.WriteTo(writer), isIndented: true);

    /// <summary>On one line, with a line break at the end.</summary>
    public static string WriteLine(Action<Utf8JsonWriter> write) => Write(write, isIndented: false);

    // The encoder escapes control characters by itself, and whatever is beyond the basic plane.
    private static TextEncoderSettings Shown()
    {
        var shown = new TextEncoderSettings(UnicodeRanges.All);
        for (var c = 0; c <= char.MaxValue; c++)
        {
            if (char.GetUnicodeCategory((char)c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                shown.ForbidCharacter((char)c);
        }
        return shown;
    }

    private static string Write(Action<Utf8JsonWriter> write, bool isIndented)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = s_encoder, Indented = isIndented, NewLine = "\n" }))
            write(writer);
        buffer.WriteByte((byte)'\n');
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
