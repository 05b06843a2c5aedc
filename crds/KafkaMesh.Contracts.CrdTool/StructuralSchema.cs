using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.CrdTool;

/// <summary>
/// Structural OpenAPI v3 schema of a C# type
/// (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema).
/// </summary>
internal static class StructuralSchema
{
    // Kubernetes' own expression for quantities, as controller-gen writes it.
    private const string QuantityPattern =
        @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

    /// <summary>Schema of a record: an object with its properties in alphabetical order.</summary>
    /// <exception cref="NotSupportedException">A type or attribute that a structural schema cannot express, or a recursion.</exception>
    public static JsonObject Of(Type record) => OfRecord(record, record.GetCustomAttribute<SchemaDescriptionAttribute>()?.Text, []);

    private static JsonObject OfRecord(Type record, string? description, IReadOnlyList<Type> above)
    {
        if (above.Contains(record))
        {
            throw new NotSupportedException($"{record.Name} contains itself: a structural schema cannot recurse.");
        }

        var properties = new SortedDictionary<string, PropertyInfo>(StringComparer.Ordinal);
        foreach (var property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            properties.Add(JsonNamingPolicy.CamelCase.ConvertName(property.Name), property);
        }

        var schema = new JsonObject { ["description"] = description ?? throw new NotSupportedException($"{record.Name} has no description."), ["type"] = "object" };
        var required = properties.Where(pair => pair.Value.IsDefined(typeof(SchemaRequiredAttribute))).Select(pair => JsonValue.Create(pair.Key)).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required]);
        }

        schema["properties"] = new JsonObject(properties.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)OfProperty(pair.Value, [.. above, record]))));
        return schema;
    }

    private static JsonObject OfProperty(PropertyInfo property, IReadOnlyList<Type> above)
    {
        var description = property.GetCustomAttribute<SchemaDescriptionAttribute>()?.Text
            ?? throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name} has no description.");
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        JsonObject schema;
        if (Argument(type, typeof(IReadOnlyDictionary<,>), index: 1) is { } value)
        {
            schema = Described(description, "object");
            schema["additionalProperties"] = OfMapValue(property, value);
        }
        else if (Argument(type, typeof(IReadOnlyList<>), index: 0) is { } item)
        {
            schema = Described(description, "array");
            AddListRules(schema, property);
            schema["items"] = OfValue(property, item, description: null, above);
        }
        else
        {
            schema = OfValue(property, type, description, above);
        }

        if (property.GetCustomAttribute<SchemaDefaultAttribute>() is { } defaultValue)
        {
            schema["default"] = JsonNode.Parse(defaultValue.Json);
        }

        return schema;
    }

    private static JsonObject Described(string description, string type) => new() { ["description"] = description, ["type"] = type };

    private static Type? Argument(Type type, Type generic, int index) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GetGenericArguments()[index] : null;

    private static JsonObject OfMapValue(PropertyInfo property, Type value)
    {
        if (value == typeof(Quantity) && property.IsDefined(typeof(SchemaIntOrStringAttribute)))
        {
            return new JsonObject
            {
                ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
                ["pattern"] = QuantityPattern,
                ["x-kubernetes-int-or-string"] = true,
            };
        }

        return value == typeof(string)
            ? new JsonObject { ["type"] = "string" }
            : throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name}: a map of {value.Name} is not known here.");
    }

    private static void AddListRules(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<SchemaItemsAttribute>() is not { } items)
        {
            throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name} is a list without a bound.");
        }

        if (items.Minimum > 0)
        {
            schema["minItems"] = items.Minimum;
        }

        schema["maxItems"] = items.Maximum;
        var listType = property.GetCustomAttribute<SchemaListTypeAttribute>();
        schema["x-kubernetes-list-type"] = listType?.Type ?? "atomic";
        if (listType?.Keys is { Count: > 0 } keys)
        {
            schema["x-kubernetes-list-map-keys"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]);
        }
    }

    // A value, or an item of a list: range, pattern, length and allowed values are about it.
    private static JsonObject OfValue(PropertyInfo property, Type type, string? description, IReadOnlyList<Type> above)
    {
        if (!type.IsValueType && type != typeof(string))
        {
            return OfRecord(type, description ?? property.GetCustomAttribute<SchemaDescriptionAttribute>()!.Text, above);
        }

        var schema = description is null ? new JsonObject() : new JsonObject { ["description"] = description };
        var (name, format) = Primitive(property, type);
        schema["type"] = name;
        if ((property.GetCustomAttribute<SchemaFormatAttribute>()?.Format ?? format) is { } text)
        {
            schema["format"] = text;
        }

        AddConstraints(schema, property);
        return schema;
    }

    private static (string Name, string? Format) Primitive(PropertyInfo property, Type type) => type switch
    {
        _ when type == typeof(string) => ("string", null),
        _ when type == typeof(int) => ("integer", "int32"),
        _ when type == typeof(long) => ("integer", "int64"),
        _ when type == typeof(double) => ("number", null),
        _ when type == typeof(bool) => ("boolean", null),
        _ => throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name}: the type {type.Name} is not known here."),
    };

    private static void AddConstraints(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<SchemaRangeAttribute>() is { } range)
        {
            schema["minimum"] = range.Minimum;
            if (range.Maximum != long.MaxValue)
            {
                schema["maximum"] = range.Maximum;
            }
        }

        if (property.GetCustomAttribute<SchemaMaxLengthAttribute>() is { } length)
        {
            schema["maxLength"] = length.Maximum;
        }

        if (property.GetCustomAttribute<SchemaPatternAttribute>() is { } pattern)
        {
            schema["pattern"] = pattern.Expression;
        }

        if (property.GetCustomAttribute<SchemaEnumAttribute>() is { } allowed)
        {
            schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonValue.Create(value))]);
        }
    }
}
