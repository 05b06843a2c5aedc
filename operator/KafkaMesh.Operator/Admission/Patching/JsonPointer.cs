using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Patching;

/// <summary>JSON Pointers (RFC 6901): <c>~</c> is written <c>~0</c> and <c>/</c> is written <c>~1</c>.</summary>
internal static class JsonPointer
{
    /// <summary>The pointer of these reference tokens.</summary>
    public static string From(params ReadOnlySpan<string> tokens)
    {
        var written = new string[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
            written[i] = tokens[i].Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
        return written.Length == 0 ? "" : "/" + string.Join('/', written);
    }

    /// <summary>The reference tokens of a pointer.</summary>
    public static string[] Split(string pointer)
    {
        if (pointer.Length == 0)
            return [];
        var tokens = pointer[1..].Split('/');
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = tokens[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return tokens;
    }

    /// <summary>The child of a node that a token names; null when there is none.</summary>
    public static JsonNode? Child(JsonNode? parent, string token) => parent switch
    {
        JsonObject map => map[token],
        JsonArray list when TryIndex(token, list.Count, out var index) => list[index],
        _ => null,
    };

    /// <summary>Reads an array index below <paramref name="count"/>; leading zeros and signs are no indices.</summary>
    public static bool TryIndex(string token, int count, out int index) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out index)
        && index < count
        && (token.Length == 1 || token[0] != '0');
}
