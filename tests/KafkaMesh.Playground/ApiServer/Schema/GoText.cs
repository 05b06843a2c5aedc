using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Writes values the way the Go code of a Kubernetes API server prints them in its messages.</summary>
internal static class GoText
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 };

    /// <summary>Quotes as Go's %q does: backslash escapes, control characters in hexadecimal, printable Unicode as it is.</summary>
    public static string Quote(string text)
    {
        var builder = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            AppendEscaped(builder, rune);
        }

        return builder.Append('"').ToString();
    }

    /// <summary>The value part of a field error: strings quoted, null as <c>null</c>, everything else as compact JSON.</summary>
    public static string Value(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => Quote(text),
        _ => Json(value),
    };

    /// <summary>Compact JSON without the escaping of non-ASCII characters.</summary>
    public static string Json(JsonNode? value) => value is null ? "null" : value.ToJsonString(Relaxed);

    /// <summary>The JSON type name that Go's decoder uses in "cannot unmarshal X".</summary>
    public static string JsonKind(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "bool",
            _ => "number",
        },
    };

    private static void AppendEscaped(StringBuilder builder, Rune rune)
    {
        switch (rune.Value)
        {
            case '"': builder.Append("\\\""); break;
            case '\\': builder.Append(@"\\"); break;
            case '\n': builder.Append("\\n"); break;
            case '\t': builder.Append("\\t"); break;
            case '\r': builder.Append("\\r"); break;
            case < 0x20 or 0x7f: builder.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"); break;
            default: builder.Append(rune.ToString()); break;
        }
    }
}
