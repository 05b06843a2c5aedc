using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Removes the fields that a schema does not declare and names them.</summary>
internal static class SchemaPruner
{
    /// <summary>Most unknown fields that are named (the rest is removed silently).</summary>
    public const int MaxNamed = 64;

    private static readonly string[] TypeMetaAndMetadata = ["apiVersion", "kind", "metadata"];

    /// <summary>Prunes <paramref name="value"/> in place.</summary>
    /// <returns>The paths of removed fields, ordered as a real server names them (by path).</returns>
    public static IReadOnlyList<string> Prune(StructuralSchema schema, JsonObject value)
    {
        var unknown = new List<string>();
        Object(schema, value, "", unknown, isResource: true);
        unknown.Sort(StringComparer.Ordinal);
        return unknown;
    }

    private static void Node(StructuralSchema schema, JsonNode? value, string path, List<string> unknown)
    {
        switch (value)
        {
            case JsonObject map:
                Object(schema, map, path, unknown, schema.EmbeddedResource);
                break;
            case JsonArray list when schema.Items is not null:
                for (var i = 0; i < list.Count; i++)
                {
                    Node(schema.Items, list[i], $"{path}[{i}]", unknown);
                }

                break;
        }
    }

    private static void Object(StructuralSchema schema, JsonObject value, string path, List<string> unknown, bool isResource)
    {
        foreach (var name in value.Select(p => p.Key).ToList())
        {
            if (isResource && TypeMetaAndMetadata.Contains(name))
            {
                continue;
            }

            var child = path.Length == 0 ? name : $"{path}.{name}";
            if (schema.Field(name) is { } field)
            {
                Node(field, value[name], child, unknown);
            }
            else if (!schema.PreserveUnknownFields)
            {
                value.Remove(name);
                if (unknown.Count < MaxNamed)
                {
                    unknown.Add(child);
                }
            }
        }
    }
}
