using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Finds repeated items in lists that are sets or maps (x-kubernetes-list-type).</summary>
internal static class ListKeyValidator
{
    /// <summary>Adds one error for each repeated item below <paramref name="value"/>.</summary>
    public static void Validate(StructuralSchema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map)
                {
                    if (schema.Field(name) is { } field)
                    {
                        Validate(field, child, path.Length == 0 ? name : $"{path}.{name}", errors);
                    }
                }

                break;
            case JsonArray list when schema.Items is not null:
                Duplicates(schema, list, path, errors);
                for (var i = 0; i < list.Count; i++)
                {
                    Validate(schema.Items, list[i], $"{path}[{i}]", errors);
                }

                break;
        }
    }

    private static void Duplicates(StructuralSchema schema, JsonArray list, string path, List<FieldError> errors)
    {
        if (schema.ListType == "atomic")
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count && errors.Count < SchemaValidator.MaxErrors; i++)
        {
            var key = schema.ListType == "set" ? list[i]?.DeepClone() : ItemKeys(schema, list[i]);
            if (!seen.Add(GoText.Json(key)))
            {
                errors.Add(FieldError.Duplicate($"{path}[{i}]", key));
            }
        }
    }

    private static JsonObject ItemKeys(StructuralSchema schema, JsonNode? item)
    {
        var keys = new JsonObject();
        foreach (var key in schema.ListMapKeys.Order(StringComparer.Ordinal))
        {
            if (item is JsonObject map && map.TryGetPropertyValue(key, out var value))
            {
                keys[key] = value?.DeepClone();
            }
        }

        return keys;
    }
}
