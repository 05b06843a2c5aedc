using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Validates values of custom resources and words the errors as the API server's OpenAPI validation does.</summary>
internal static class SchemaValidator
{
    /// <summary>Most errors collected for one object: a bomb of wrong values must not become a bomb of messages.</summary>
    public const int MaxErrors = 100;

    /// <summary>Validates the object below the root; <c>apiVersion</c>, <c>kind</c> and <c>metadata</c> are judged elsewhere.</summary>
    public static IReadOnlyList<FieldError> Validate(StructuralSchema schema, JsonObject value)
    {
        var errors = new List<FieldError>();
        Object(schema, value, "", errors, isRoot: true);
        if (errors.Count < MaxErrors)
        {
            ListKeyValidator.Validate(schema, value, "", errors);
        }

        return errors;
    }

    private static void Node(StructuralSchema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (errors.Count >= MaxErrors || (value is null && schema.Nullable))
        {
            return;
        }

        var before = errors.Count;
        if (!CheckType(schema, value, path, errors))
        {
            return;
        }

        switch (value)
        {
            case JsonObject map: Object(schema, map, path, errors, schema.EmbeddedResource); break;
            case JsonArray list: List(schema, list, path, errors); break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String: Text(schema, scalar.GetValue<string>(), path, errors); break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.Number: Number(schema, scalar, path, errors); break;
        }

        if (errors.Count == before && schema.Enum.Count > 0 && !schema.Enum.Any(allowed => JsonNumber.DeepEquals(allowed, value)))
        {
            errors.Add(FieldError.NotSupported(path, value, schema.Enum.Select(EnumText)));
        }
    }

    private static void Object(StructuralSchema schema, JsonObject value, string path, List<FieldError> errors, bool isRoot)
    {
        if (schema.Limits.MinProperties is { } fewest && value.Count < fewest)
        {
            errors.Add(FieldError.Invalid(path, value.Count, $"{path} in body should have at least {fewest} properties"));
        }

        if (schema.Limits.MaxProperties is { } most && value.Count > most)
        {
            errors.Add(FieldError.TooMany(path, value.Count, most));
        }

        foreach (var (name, child) in value.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (isRoot && name is "apiVersion" or "kind" or "metadata")
            {
                continue;
            }

            if (schema.Field(name) is { } field)
            {
                Node(field, child, Join(path, name), errors);
            }
        }

        errors.AddRange(schema.Required.Where(name => !value.ContainsKey(name)).Select(name => FieldError.Required(Join(path, name))));
    }

    private static void List(StructuralSchema schema, JsonArray value, string path, List<FieldError> errors)
    {
        for (var i = 0; schema.Items is not null && i < value.Count && errors.Count < MaxErrors; i++)
        {
            Node(schema.Items, value[i], $"{path}[{i}]", errors);
        }

        if (schema.Limits.MinItems is { } fewest && value.Count < fewest)
        {
            errors.Add(FieldError.Invalid(path, value.Count, $"{path} in body should have at least {fewest} items"));
        }

        if (schema.Limits.MaxItems is { } most && value.Count > most)
        {
            errors.Add(FieldError.TooMany(path, value.Count, most));
        }
    }

    private static void Text(StructuralSchema schema, string value, string path, List<FieldError> errors)
    {
        var length = value.EnumerateRunes().Count();
        if (schema.Limits.MaxLength is { } most && length > most)
        {
            errors.Add(FieldError.TooLong(path, most));
        }

        if (schema.Limits.MinLength is { } fewest && length < fewest)
        {
            errors.Add(FieldError.Invalid(path, value, $"{path} in body should be at least {fewest} chars long"));
        }

        if (schema.Pattern is { } pattern && !pattern.IsMatch(value))
        {
            errors.Add(FieldError.Invalid(path, value, $"{path} in body should match '{pattern}'"));
        }

        if (schema.Format is { } format && !SchemaFormat.Matches(format, value))
        {
            var name = path[(path.LastIndexOf('.') + 1)..];
            errors.Add(FieldError.TypeInvalid(path, value, $"{name} in body must be of type {format}: {GoText.Quote(value)}"));
        }
    }

    private static void Number(StructuralSchema schema, JsonValue value, string path, List<FieldError> errors)
    {
        var limits = schema.Limits;
        var number = JsonNumber.Read(value) ?? 0;
        if (limits.Minimum is { } lowest && (limits.ExclusiveMinimum ? number <= lowest : number < lowest))
        {
            var relation = limits.ExclusiveMinimum ? "greater than" : "greater than or equal to";
            errors.Add(FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be {relation} {Plain(lowest)}"));
        }

        if (limits.Maximum is { } highest && (limits.ExclusiveMaximum ? number >= highest : number > highest))
        {
            var relation = limits.ExclusiveMaximum ? "less than" : "less than or equal to";
            errors.Add(FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be {relation} {Plain(highest)}"));
        }

        if (limits.MultipleOf is { } divisor && divisor > 0 && Math.IEEERemainder(number, divisor) != 0)
        {
            errors.Add(FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be a multiple of {Plain(divisor)}"));
        }
    }

    private static bool CheckType(StructuralSchema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        var actual = TypeName(value);
        if (schema.IntOrString)
        {
            return actual is "integer" or "string" || IntOrStringErrors(path, actual, errors);
        }

        if (schema.Type.Length == 0 || schema.Type == actual || (schema.Type == "number" && actual == "integer"))
        {
            return true;
        }

        if (schema.Type == "integer" && actual == "number" && schema.Format is { } format)
        {
            errors.Add(FieldError.TypeInvalid(path, "float64", $"{path} in body must be of type {format}: \"float64\""));
            errors.Add(FieldError.Invalid("<nil>", "", $"Checked value must be of type integer with format {format} in {path}"));
            return false;
        }

        errors.Add(FieldError.TypeInvalid(path, actual, $"{path} in body must be of type {schema.Type}: {GoText.Quote(actual)}"));
        return false;
    }

    private static bool IntOrStringErrors(string path, string actual, List<FieldError> errors)
    {
        errors.Add(FieldError.TypeInvalid(path, actual, $"{path} in body must be of type integer,string: {GoText.Quote(actual)}"));
        errors.Add(FieldError.Invalid("<nil>", "", $"{GoText.Quote(path)} must validate at least one schema (anyOf)"));
        errors.Add(FieldError.TypeInvalid(path, actual, $"{path} in body must be of type integer: {GoText.Quote(actual)}"));
        return false;
    }

    private static string TypeName(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => JsonNumber.ReadInteger(value) is null ? "number" : "integer",
        },
    };

    private static string EnumText(JsonNode? value)
        => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : GoText.Json(value);

    private static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
