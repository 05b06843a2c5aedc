using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Reads a CRD's <c>openAPIV3Schema</c> and checks the rules that make it structural (KEP-1693, CRD v1).</summary>
internal sealed class StructuralSchemaParser
{
    private const int MaxDepth = 64;
    private static readonly string[] UnsupportedKeys = ["$ref", "definitions", "dependencies", "deprecated", "discriminator", "id", "patternProperties", "readOnly", "writeOnly", "xml"];
    private readonly List<FieldError> _errors = [];

    /// <summary>Parses <paramref name="schema"/>; the errors carry paths that begin with <paramref name="path"/>.</summary>
    /// <returns>The schema, usable only when the list of errors is empty.</returns>
    public static (StructuralSchema Schema, IReadOnlyList<FieldError> Errors) Parse(JsonObject schema, string path)
    {
        var parser = new StructuralSchemaParser();
        var parsed = parser.Node(schema, path, 0, isRoot: true);
        if (parsed.Type != "object")
        {
            parser._errors.Add(schema["type"] is null
                ? FieldError.Required($"{path}.type", "must not be empty at the root")
                : FieldError.Invalid($"{path}.type", schema["type"], "must be object at the root"));
        }

        return (parsed, parser._errors);
    }

    private StructuralSchema Node(JsonObject json, string path, int depth, bool isRoot)
    {
        if (depth > MaxDepth)
        {
            _errors.Add(FieldError.Forbidden(path, $"schemas deeper than {MaxDepth} levels are not supported"));
            return StructuralSchema.Any;
        }

        CheckKeys(json, path);
        var type = Text(json, "type") ?? "";
        var intOrString = Flag(json, "x-kubernetes-int-or-string");
        var preserve = Flag(json, "x-kubernetes-preserve-unknown-fields");
        if (type.Length == 0 && !intOrString && !preserve && !isRoot)
        {
            _errors.Add(FieldError.Required($"{path}.type", "must not be empty for specified object fields"));
        }

        var listType = Text(json, "x-kubernetes-list-type") ?? "atomic";
        var keys = Strings(json, "x-kubernetes-list-map-keys");
        CheckList(json, path, type, listType, keys);
        return new StructuralSchema
        {
            Type = type,
            Format = Text(json, "format"),
            Description = Text(json, "description"),
            Properties = Fields(json, path, depth),
            Items = json["items"] is JsonObject items ? Node(items, $"{path}.items", depth + 1, isRoot: false) : null,
            AdditionalProperties = MapValues(json, path, depth),
            Required = Strings(json, "required"),
            Enum = json["enum"] is JsonArray values ? [.. values.Select(v => v?.DeepClone())] : [],
            Pattern = Pattern(json, path),
            Limits = Limits(json),
            Default = json["default"]?.DeepClone(),
            HasDefault = json.ContainsKey("default"),
            Nullable = Flag(json, "nullable"),
            IntOrString = intOrString,
            PreserveUnknownFields = preserve,
            EmbeddedResource = Flag(json, "x-kubernetes-embedded-resource"),
            ListType = listType,
            ListMapKeys = keys,
            MapType = Text(json, "x-kubernetes-map-type") ?? "granular",
        };
    }

    private void CheckKeys(JsonObject json, string path)
    {
        if (json.ContainsKey("x-kubernetes-validations"))
        {
            _errors.Add(FieldError.Forbidden($"{path}.x-kubernetes-validations", "the playground does not evaluate CEL rules; use structural constraints"));
        }

        foreach (var key in UnsupportedKeys.Where(json.ContainsKey))
        {
            _errors.Add(FieldError.Forbidden($"{path}.{key}", $"{key} is not supported"));
        }

        if (json["uniqueItems"] is JsonValue unique && unique.GetValueKind() == JsonValueKind.True)
        {
            _errors.Add(FieldError.Forbidden($"{path}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        }

        foreach (var key in new[] { "allOf", "oneOf", "not" }.Where(json.ContainsKey))
        {
            _errors.Add(FieldError.Forbidden($"{path}.{key}", $"the playground does not evaluate {key}"));
        }

        if (json.ContainsKey("anyOf") && !Flag(json, "x-kubernetes-int-or-string"))
        {
            _errors.Add(FieldError.Forbidden($"{path}.anyOf", "the playground evaluates anyOf only for x-kubernetes-int-or-string"));
        }
    }

    private void CheckList(JsonObject json, string path, string type, string listType, IReadOnlyList<string> keys)
    {
        if (type == "array" && json["items"] is not JsonObject)
        {
            _errors.Add(FieldError.Required($"{path}.items", "must be specified"));
        }

        if (listType is not ("atomic" or "set" or "map"))
        {
            _errors.Add(FieldError.NotSupported($"{path}.x-kubernetes-list-type", listType, ["atomic", "map", "set"]));
        }

        if (listType == "map" && keys.Count == 0)
        {
            _errors.Add(FieldError.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
        }

        var properties = (json["items"] as JsonObject)?["properties"] as JsonObject;
        foreach (var key in keys.Where(key => properties?.ContainsKey(key) != true))
        {
            _errors.Add(FieldError.Invalid($"{path}.x-kubernetes-list-map-keys", key, "entries must all be names of item properties"));
        }
    }

    private OrderedDictionary<string, StructuralSchema> Fields(JsonObject json, string path, int depth)
    {
        var fields = new OrderedDictionary<string, StructuralSchema>(StringComparer.Ordinal);
        foreach (var (name, value) in json["properties"] as JsonObject ?? [])
        {
            if (value is JsonObject field)
            {
                fields[name] = Node(field, $"{path}.properties[{name}]", depth + 1, isRoot: false);
            }
            else
            {
                _errors.Add(FieldError.Required($"{path}.properties[{name}]", "must be an object"));
            }
        }

        return fields;
    }

    private StructuralSchema? MapValues(JsonObject json, string path, int depth) => json["additionalProperties"] switch
    {
        JsonObject values => Node(values, $"{path}.additionalProperties", depth + 1, isRoot: false),
        JsonValue flag when flag.GetValueKind() == JsonValueKind.True => StructuralSchema.Any,
        _ => null,
    };

    private Regex? Pattern(JsonObject json, string path)
    {
        if (Text(json, "pattern") is not { } pattern)
        {
            return null;
        }

        try
        {
            // Go's RE2 cannot backtrack; the non-backtracking engine keeps that promise for hostile input.
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            _errors.Add(FieldError.Invalid($"{path}.pattern", pattern, $"must be a valid regular expression, but isn't: {e.Message}"));
            return null;
        }
    }

    private static SchemaLimits Limits(JsonObject json) => new()
    {
        Minimum = Number(json, "minimum"),
        Maximum = Number(json, "maximum"),
        ExclusiveMinimum = Flag(json, "exclusiveMinimum"),
        ExclusiveMaximum = Flag(json, "exclusiveMaximum"),
        MultipleOf = Number(json, "multipleOf"),
        MinItems = (long?)Number(json, "minItems"),
        MaxItems = (long?)Number(json, "maxItems"),
        MinLength = (long?)Number(json, "minLength"),
        MaxLength = (long?)Number(json, "maxLength"),
        MinProperties = (long?)Number(json, "minProperties"),
        MaxProperties = (long?)Number(json, "maxProperties"),
    };

    private static string? Text(JsonObject json, string key)
        => json[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool Flag(JsonObject json, string key)
        => json[key] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    private static double? Number(JsonObject json, string key)
        => JsonNumber.Read(json[key]);

    private static List<string> Strings(JsonObject json, string key)
        => [.. (json[key] as JsonArray ?? []).OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())];
}
