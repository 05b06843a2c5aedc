using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Reads JSON text into nodes with a bound on the depth and reports duplicate fields, of which the last one wins as in Go.</summary>
internal static class JsonDecoding
{
    private const int MaxDepth = 256;

    /// <summary>Decodes one JSON value; null for the literal <c>null</c>.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="duplicates">Receives the path of every field that occurs twice.</param>
    /// <exception cref="JsonException">The text is not one JSON value, or too deep.</exception>
    public static JsonNode? Decode(ReadOnlySpan<byte> utf8, List<string> duplicates)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read())
        {
            throw new JsonException("unexpected end of JSON input");
        }

        var value = ReadValue(ref reader, new StringBuilder(), duplicates);
        return reader.Read() ? throw new JsonException("invalid character after top-level value") : value;
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, StringBuilder path, List<string> duplicates) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader, path, duplicates),
        JsonTokenType.StartArray => ReadArray(ref reader, path, duplicates),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        JsonTokenType.Null => null,
        _ => throw new JsonException($"unexpected {reader.TokenType}"),
    };

    private static JsonValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var whole))
        {
            return JsonValue.Create(whole);
        }

        var real = reader.GetDouble();
        return double.IsFinite(real) ? JsonValue.Create(real) : throw new JsonException("number out of range");
    }

    private static JsonObject ReadObject(ref Utf8JsonReader reader, StringBuilder path, List<string> duplicates)
    {
        var result = new JsonObject();
        var length = path.Length;
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            path.Append(length == 0 ? "" : ".").Append(key);
            if (result.ContainsKey(key))
            {
                duplicates.Add(path.ToString());
            }

            Next(ref reader);
            result[key] = ReadValue(ref reader, path, duplicates);
            path.Length = length;
        }

        return result;
    }

    private static JsonArray ReadArray(ref Utf8JsonReader reader, StringBuilder path, List<string> duplicates)
    {
        var result = new JsonArray();
        var length = path.Length;
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            path.Append('[').Append(result.Count).Append(']');
            result.Add(ReadValue(ref reader, path, duplicates));
            path.Length = length;
        }

        return result;
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("unexpected end of JSON input");
}
