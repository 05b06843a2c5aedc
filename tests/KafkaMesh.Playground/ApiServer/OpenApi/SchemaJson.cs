using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.OpenApi;

/// <summary>Writes a structural schema as the JSON schema of OpenAPI 3.0.</summary>
internal static class SchemaJson
{
    private const int MaxDepth = 48;

    /// <summary>The JSON schema.</summary>
    public static JsonObject Of(StructuralSchema schema) => Of(schema, 0);

    private static JsonObject Of(StructuralSchema schema, int depth)
    {
        var json = new JsonObject();
        Add(json, "description", schema.Description);
        if (schema.IntOrString)
        {
            json["x-kubernetes-int-or-string"] = true;
        }
        else
        {
            Add(json, "type", schema.Type);
        }

        Add(json, "format", schema.Format);
        if (schema.HasDefault)
        {
            json["default"] = schema.Default?.DeepClone();
        }

        if (schema.Enum.Count > 0)
        {
            json["enum"] = new JsonArray([.. schema.Enum.Select(e => e?.DeepClone())]);
        }

        if (schema.PreserveUnknownFields)
        {
            json["x-kubernetes-preserve-unknown-fields"] = true;
        }

        if (depth < MaxDepth)
        {
            AddChildren(json, schema, depth);
        }

        AddMergeRules(json, schema);
        return json;
    }

    private static void AddChildren(JsonObject json, StructuralSchema schema, int depth)
    {
        if (schema.Required.Count > 0)
        {
            json["required"] = new JsonArray([.. schema.Required.Select(r => (JsonNode)r)]);
        }

        if (schema.Properties.Count > 0)
        {
            var properties = new JsonObject();
            foreach (var (name, property) in schema.Properties)
            {
                properties[name] = Of(property, depth + 1);
            }

            json["properties"] = properties;
        }

        if (schema.Items is not null)
        {
            json["items"] = Of(schema.Items, depth + 1);
        }

        if (schema.AdditionalProperties is not null)
        {
            json["additionalProperties"] = Of(schema.AdditionalProperties, depth + 1);
        }
    }

    private static void AddMergeRules(JsonObject json, StructuralSchema schema)
    {
        if (schema.Type == "array" && schema.ListType != "atomic")
        {
            json["x-kubernetes-list-type"] = schema.ListType;
            if (schema.ListMapKeys.Count > 0)
            {
                json["x-kubernetes-list-map-keys"] = new JsonArray([.. schema.ListMapKeys.Select(k => (JsonNode)k)]);
            }
        }

        Add(json, "x-kubernetes-patch-merge-key", schema.PatchMergeKey);
        if (schema.PatchStrategies.Count > 0)
        {
            json["x-kubernetes-patch-strategy"] = string.Join(',', schema.PatchStrategies);
        }
    }

    private static void Add(JsonObject json, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json[key] = value;
        }
    }
}
