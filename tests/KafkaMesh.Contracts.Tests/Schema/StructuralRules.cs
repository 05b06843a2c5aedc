using System.Text.Json.Nodes;

namespace KafkaMesh.Contracts.Tests.Schema;

/// <summary>
/// The rules by which an API server refuses a CRD
/// (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema), and the house's own: no CEL,
/// no nullable, every list bounded.
/// </summary>
internal static class StructuralRules
{
    private static readonly HashSet<string> s_keywords =
    [
        "description", "type", "format", "required", "properties", "items", "additionalProperties", "enum", "default", "minimum", "maximum", "minItems",
        "maxItems", "maxLength", "pattern", "anyOf", "x-kubernetes-int-or-string", "x-kubernetes-list-type", "x-kubernetes-list-map-keys",
    ];

    public static IEnumerable<string> Violations(SchemaNode node)
    {
        var schema = node.Schema;
        foreach (var (keyword, _) in schema.Where(pair => !s_keywords.Contains(pair.Key)))
        {
            yield return $"{node.Path}: keyword '{keyword}' is not used here";
        }

        if (schema.ContainsKey("x-kubernetes-int-or-string"))
        {
            if (schema.ContainsKey("type") || schema["anyOf"]?.ToJsonString() != """[{"type":"integer"},{"type":"string"}]""")
            {
                yield return $"{node.Path}: int-or-string has no type, and anyOf integer and string";
            }
        }
        else if ((string?)schema["type"] is not ("object" or "array" or "string" or "integer" or "number" or "boolean"))
        {
            yield return $"{node.Path}: has no type";
        }

        if (schema.ContainsKey("properties") && schema.ContainsKey("additionalProperties"))
        {
            yield return $"{node.Path}: properties and additionalProperties exclude each other";
        }

        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => (string)name!).Where(name => schema["properties"]?[name] is null))
        {
            yield return $"{node.Path}: requires '{name}', which is no property";
        }

        foreach (var violation in (string?)schema["type"] == "array" ? ListViolations(node) : [])
        {
            yield return violation;
        }
    }

    private static IEnumerable<string> ListViolations(SchemaNode node)
    {
        var schema = node.Schema;
        if (schema["items"] is not JsonObject items || (int?)schema["maxItems"] is not > 0)
        {
            yield return $"{node.Path}: a list needs items and maxItems";
            yield break;
        }

        var listType = (string?)schema["x-kubernetes-list-type"];
        if (listType == "set" && (string?)items["type"] is "object" or "array")
        {
            yield return $"{node.Path}: a set holds scalars";
        }

        if ((listType == "map") != schema["x-kubernetes-list-map-keys"] is JsonArray { Count: > 0 })
        {
            yield return $"{node.Path}: a map has keys, and only a map";
        }

        var required = (items["required"] as JsonArray ?? []).Select(name => (string)name!).ToHashSet();
        foreach (var key in (schema["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(name => (string)name!))
        {
            var property = items["properties"]?[key] as JsonObject;
            if (property is null || (!required.Contains(key) && !property.ContainsKey("default")) || (string?)property["type"] is "object" or "array")
            {
                yield return $"{node.Path}: the map key '{key}' must be a scalar that is required or has a default";
            }
        }
    }
}
