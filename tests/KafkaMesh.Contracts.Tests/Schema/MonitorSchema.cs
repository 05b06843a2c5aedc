using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Contracts.Tests.Schema;

/// <summary>Judges values by a structural schema as an API server does; it knows the keywords that <see cref="StructuralRules"/> allows, and nothing of the product.</summary>
internal static class MonitorSchema
{
    /// <summary>What is wrong, as <c>/path keyword: value</c>.</summary>
    public static IReadOnlyList<string> Errors(JsonObject schema, JsonNode? value) => [.. Check(schema, value, "")];

    private static IEnumerable<string> Check(JsonObject schema, JsonNode? value, string path)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        if (!HasType(schema, value, kind))
        {
            return [Error(path, "type", value)];
        }

        return kind switch
        {
            JsonValueKind.Object => CheckObject(schema, value!.AsObject(), path),
            JsonValueKind.Array => CheckList(schema, value!.AsArray(), path),
            JsonValueKind.String => CheckText(schema, value!, path),
            JsonValueKind.Number => CheckNumber(schema, value!, path),
            _ => [],
        };
    }

    private static bool HasType(JsonObject schema, JsonNode? value, JsonValueKind kind) => (string?)schema["type"] switch
    {
        "object" => kind == JsonValueKind.Object,
        "array" => kind == JsonValueKind.Array,
        "string" => kind == JsonValueKind.String,
        "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
        "number" => kind == JsonValueKind.Number,
        "integer" => kind == JsonValueKind.Number && IsInteger(value!),
        null => kind == JsonValueKind.String || (kind == JsonValueKind.Number && IsInteger(value!)), // int-or-string
        var other => throw new InvalidOperationException($"The type {other} is unknown."),
    };

    private static bool IsInteger(JsonNode value) => long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static IEnumerable<string> CheckObject(JsonObject schema, JsonObject value, string path)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => (string)name!).Where(name => !value.ContainsKey(name)))
        {
            yield return Error(path.Length == 0 ? "/" : path, "required", name);
        }

        foreach (var (name, member) in value)
        {
            var inner = (schema["properties"]?[name] ?? schema["additionalProperties"]) as JsonObject;
            foreach (var error in inner is null ? [] : Check(inner, member, $"{path}/{name}"))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<string> CheckList(JsonObject schema, JsonArray value, string path)
    {
        if (value.Count < ((int?)schema["minItems"] ?? 0))
        {
            yield return Error(path, "minItems", value);
        }

        if (value.Count > ((int?)schema["maxItems"] ?? int.MaxValue))
        {
            yield return Error(path, "maxItems", value);
        }

        foreach (var error in value.SelectMany((item, index) => Check(schema["items"]!.AsObject(), item, $"{path}/{index}")))
        {
            yield return error;
        }

        var keys = ListKeys(schema, value).ToList();
        if (keys.Distinct(StringComparer.Ordinal).Count() != keys.Count)
        {
            yield return Error(path, "duplicate", value);
        }
    }

    private static IEnumerable<string> ListKeys(JsonObject schema, JsonArray value) => (string?)schema["x-kubernetes-list-type"] switch
    {
        "set" => value.Select(item => item?.ToJsonString() ?? "null"),
        "map" => value.OfType<JsonObject>()
            .Select(item => string.Join('/', schema["x-kubernetes-list-map-keys"]!.AsArray().Select(key => item[(string)key!]?.ToJsonString()))),
        _ => [],
    };

    private static IEnumerable<string> CheckText(JsonObject schema, JsonNode value, string path)
    {
        var text = (string)value!;
        if (text.EnumerateRunes().Count() > ((int?)schema["maxLength"] ?? int.MaxValue))
        {
            yield return Error(path, "maxLength", value);
        }

        if ((string?)schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
        {
            yield return Error(path, "pattern", value);
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(item => (string?)item == text))
        {
            yield return Error(path, "enum", value);
        }

        if ((string?)schema["format"] == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
        {
            yield return Error(path, "format", value);
        }
    }

    private static IEnumerable<string> CheckNumber(JsonObject schema, JsonNode value, string path)
    {
        var number = double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
        if (number < ((double?)schema["minimum"] ?? double.NegativeInfinity))
        {
            yield return Error(path, "minimum", value);
        }

        if (number > ((double?)schema["maximum"] ?? double.PositiveInfinity))
        {
            yield return Error(path, "maximum", value);
        }
    }

    private static string Error(string path, string keyword, JsonNode? value) => $"{path} {keyword}: {value?.ToJsonString() ?? "null"}";
}
