using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Patching;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>
/// Brings a built-in object into the form that Go's structs give it: declared fields only, in declared order, empty ones left out,
/// values of the declared types.
/// </summary>
internal sealed class BuiltInDecoder
{
    private static readonly SearchValues<char> Base64Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n");

    private readonly List<string> _unknown = [];

    private BuiltInDecoder()
    {
    }

    /// <summary>The normalised object and the paths of unknown fields in the order of the document.</summary>
    /// <exception cref="GoDecodingException">A value of the wrong type.</exception>
    public static (JsonObject Object, IReadOnlyList<string> Unknown) Decode(StructuralSchema schema, JsonObject value, string path = "")
    {
        var decoder = new BuiltInDecoder();
        return (decoder.Struct(schema, value, path), decoder._unknown);
    }

    private JsonObject Struct(StructuralSchema schema, JsonObject value, string path)
    {
        var decoded = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, child) in value)
        {
            var childPath = path.Length == 0 ? name : $"{path}.{name}";
            if (schema.Properties.TryGetValue(name, out var field))
            {
                decoded[name] = child is null ? null : Node(field, child, childPath, $"{schema.GoType}.{WithoutIndexes(childPath)}");
            }
            else if (_unknown.Count < SchemaPruner.MaxNamed)
            {
                _unknown.Add(childPath);
            }
        }

        var result = new JsonObject();
        foreach (var (name, field) in schema.Properties)
        {
            var child = decoded.GetValueOrDefault(name);
            if (field.AlwaysPresent)
            {
                result[name] = child ?? ZeroObject.Value(field);
            }
            else if (child is not null && (field.Pointer || !IsZero(field, child)))
            {
                result[name] = child;
            }
        }

        return result;
    }

    private JsonNode? Node(StructuralSchema schema, JsonNode value, string path, string goField)
    {
        if (schema.PreserveUnknownFields && schema.Type.Length == 0)
        {
            return value.DeepClone();
        }

        return schema.Type switch
        {
            "object" when value is JsonObject map => schema.IsMap ? Map(schema, map, path, goField) : Struct(schema, map, path),
            "array" when value is JsonArray list => List(schema, list, path, goField),
            "object" or "array" => throw Mismatch(schema, value, goField),
            _ => Scalar(schema, value, goField),
        };
    }

    private JsonObject Map(StructuralSchema schema, JsonObject map, string path, string goField)
    {
        var result = new JsonObject();
        foreach (var (name, child) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            result[name] = child is null
                ? ZeroObject.Value(schema.AdditionalProperties!)
                : Node(schema.AdditionalProperties!, child, $"{path}.{name}", goField);
        }

        return result;
    }

    private JsonArray List(StructuralSchema schema, JsonArray list, string path, string goField)
    {
        var result = new JsonArray();
        for (var i = 0; i < list.Count; i++)
        {
            result.Add(list[i] is { } item ? Node(schema.Items!, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), goField) : Empty(schema.Items!));
        }

        return result;
    }

    private static JsonNode? Empty(StructuralSchema schema) => schema.Type == "object" && !schema.IsMap ? ZeroObject.Of(schema) : ZeroObject.Value(schema);

    private static JsonNode Scalar(StructuralSchema schema, JsonNode value, string goField)
    {
        var kind = value.GetValueKind();
        if (schema.IntOrString)
        {
            return IntOrString(schema, value, kind, goField);
        }

        var fits = schema.Type switch
        {
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => JsonNumber.ReadInteger(value) is { } number && (schema.Format != "int32" || number is >= int.MinValue and <= int.MaxValue),
            _ => true,
        };
        if (!fits)
        {
            throw Mismatch(schema, value, goField);
        }

        if (schema.Format == "date-time")
        {
            CheckTime(value.GetValue<string>(), schema.GoType == "MicroTime");
        }
        else if (schema.Format == "byte" && !Base64.IsValid(Encoding.UTF8.GetBytes(value.GetValue<string>())))
        {
            throw new GoDecodingException($"illegal base64 data at input byte {FirstBadBase64(value.GetValue<string>())}");
        }

        return JsonNumber.ReadInteger(value) is { } whole && schema.Type == "integer" ? JsonValue.Create(whole) : value.DeepClone();
    }

    private static JsonValue IntOrString(StructuralSchema schema, JsonNode value, JsonValueKind kind, string goField)
    {
        if (kind == JsonValueKind.String)
        {
            var text = value.GetValue<string>();
            return schema.GoType == "Quantity" && Quantity.Parse(text) is null
                ? throw new GoDecodingException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
                : JsonValue.Create(text);
        }

        if (kind != JsonValueKind.Number)
        {
            throw Mismatch(schema, value, goField);
        }

        return schema.GoType == "Quantity"
            ? JsonValue.Create(value.ToJsonString())
            : JsonValue.Create(JsonNumber.ReadInteger(value) ?? throw Mismatch(schema, value, goField));
    }

    private static void CheckTime(string text, bool isMicroTime)
    {
        var shape = isMicroTime ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
        if (!SchemaFormat.IsDateTime(text))
        {
            throw new GoDecodingException($"parsing time {GoText.Quote(text)} as {GoText.Quote(shape)}: cannot parse {GoText.Quote(text)} as \"2006\"");
        }

        if (isMicroTime && text[19] != '.')
        {
            throw new GoDecodingException($"parsing time {GoText.Quote(text)} as {GoText.Quote(shape)}: cannot parse {GoText.Quote(text[19..])} as \".000000\"");
        }
    }

    private static GoDecodingException Mismatch(StructuralSchema schema, JsonNode value, string goField)
    {
        var shown = GoText.JsonKind(value);
        if (shown == "number" && schema.Type == "integer")
        {
            shown = $"number {value.ToJsonString()}";
        }

        return new GoDecodingException($"json: cannot unmarshal {shown} into Go struct field {goField} of type {GoType(schema)}");
    }

    private static string GoType(StructuralSchema schema) => schema.Type switch
    {
        "boolean" => "bool",
        "integer" => schema.Format ?? "int64",
        "object" when schema.IsMap => $"map[string]{GoType(schema.AdditionalProperties!)}",
        "object" => $"v1.{schema.GoType}",
        "array" => $"[]{GoType(schema.Items!)}",
        _ => "string",
    };

    private static bool IsZero(StructuralSchema schema, JsonNode value) => value switch
    {
        JsonObject map => schema.IsMap && map.Count == 0,
        JsonArray list => list.Count == 0,
        _ when schema.IntOrString => false,
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length == 0,
            JsonValueKind.False => true,
            JsonValueKind.Number => schema.Type == "integer" && JsonNumber.ReadInteger(value) == 0,
            _ => false,
        },
    };

    private static int FirstBadBase64(string text)
    {
        var at = text.AsSpan().IndexOfAnyExcept(Base64Letters);
        return at < 0 ? text.Length : at;
    }

    private static string WithoutIndexes(string path)
    {
        var text = new StringBuilder(path.Length);
        var inside = false;
        foreach (var c in path)
        {
            inside = c == '[' || (inside && c != ']');
            if (!inside && c != ']')
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }
}
