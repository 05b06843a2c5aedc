using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Writes the defaults of a structural schema and drops nulls that the schema does not allow.</summary>
internal static class SchemaDefaulter
{
    /// <summary>Applies defaults in place, parents before children, so that a defaulted object gets the defaults of its fields.</summary>
    public static void Apply(StructuralSchema schema, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                DropNulls(schema, map);
                foreach (var (name, field) in schema.Properties)
                {
                    if (field.HasDefault && !map.ContainsKey(name))
                    {
                        map[name] = field.Default?.DeepClone();
                    }
                }

                foreach (var (name, child) in map.ToList())
                {
                    if (schema.Field(name) is { } field)
                    {
                        Apply(field, child);
                    }
                }

                break;
            case JsonArray list when schema.Items is not null:
                foreach (var item in list)
                {
                    Apply(schema.Items, item);
                }

                break;
        }
    }

    private static void DropNulls(StructuralSchema schema, JsonObject map)
    {
        foreach (var (name, child) in map.ToList())
        {
            if (child is null && schema.Field(name) is { Nullable: false, PreserveUnknownFields: false })
            {
                map.Remove(name);
            }
        }
    }
}
