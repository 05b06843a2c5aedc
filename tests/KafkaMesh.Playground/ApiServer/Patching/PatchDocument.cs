using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>Decodes the body of a PATCH and words its errors as the API server does.</summary>
internal static class PatchDocument
{
    /// <summary>Reads a patch that must be an object.</summary>
    /// <exception cref="ApiException">400 with Go's description of the error.</exception>
    public static JsonObject ReadObject(ReadOnlyMemory<byte> body)
    {
        var node = Read(body);
        return node as JsonObject
            ?? throw ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {GoText.JsonKind(node)} into Go value of type map[string]interface {{}}");
    }

    /// <summary>Reads a JSON Patch.</summary>
    /// <exception cref="ApiException">400 with Go's description of the error.</exception>
    public static JsonArray ReadOperations(ReadOnlyMemory<byte> body)
    {
        var node = Read(body);
        return node as JsonArray
            ?? throw ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {GoText.JsonKind(node)} into Go value of type []handlers.jsonPatchOp");
    }

    private static JsonNode? Read(ReadOnlyMemory<byte> body)
    {
        if (GoJsonSyntax.Describe(body.Span) is { } error)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {error}");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return LastWins(document.RootElement);
        }
        catch (JsonException e)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {e.Message}");
        }
    }

    // JsonNode refuses repeated keys; Go takes the last.
    private static JsonNode? LastWins(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var property in element.EnumerateObject())
                {
                    map[property.Name] = LastWins(property.Value);
                }

                return map;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(LastWins)]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
