using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>Checks that an applied configuration fits its schema, with the words of structured-merge-diff.</summary>
internal static class TypedChecker
{
    private const int MaxErrors = 32;

    /// <summary>Checks <paramref name="applied"/>.</summary>
    /// <exception cref="ApiException">500, as a real server answers, when a field is undeclared, repeated or of the wrong type.</exception>
    public static void Check(StructuralSchema schema, JsonObject applied, string subject)
    {
        var errors = new List<string>();
        Node(schema, applied, "", errors);
        if (errors.Count > 0)
        {
            var text = errors.Count == 1 ? errors[0] : "errors:\n" + string.Join('\n', errors.Select(e => "  " + e));
            throw ApiErrors.Internal($"failed to create typed patch object {subject}: {text}");
        }
    }

    private static void Node(StructuralSchema schema, JsonNode? value, string path, List<string> errors)
    {
        if (value is null || errors.Count >= MaxErrors || schema.IntOrString)
        {
            return;
        }

        switch (schema.Type)
        {
            case "object" when value is JsonObject map:
                Map(schema, map, path, errors);
                break;
            case "array" when value is JsonArray list:
                List(schema, list, path, errors);
                break;
            case "object" or "array":
                errors.Add($"{path}: expected {(schema.Type == "object" ? "map" : "list")}, got {GoText.JsonKind(value)}");
                break;
            case "string" when value.GetValueKind() is not (JsonValueKind.String or JsonValueKind.Number):
                errors.Add($"{path}: expected string, got {GoText.JsonKind(value)}");
                break;
            case "integer" or "number" when value.GetValueKind() != JsonValueKind.Number:
                errors.Add($"{path}: expected numeric (int or float), got {GoText.JsonKind(value)}");
                break;
            case "boolean" when value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
                errors.Add($"{path}: expected boolean, got {GoText.JsonKind(value)}");
                break;
        }
    }

    private static void Map(StructuralSchema schema, JsonObject map, string path, List<string> errors)
    {
        foreach (var (name, child) in map)
        {
            if (schema.Field(name) is { } field)
            {
                Node(field, child, $"{path}.{name}", errors);
            }
            else if (!schema.PreserveUnknownFields && errors.Count < MaxErrors)
            {
                errors.Add($"{path}.{name}: field not declared in schema");
            }
        }
    }

    private static void List(StructuralSchema schema, JsonArray list, string path, List<string> errors)
    {
        var seen = new HashSet<PathElement>();
        for (var i = 0; i < list.Count && errors.Count < MaxErrors; i++)
        {
            var step = schema.ListType == "atomic" ? null : PathElement.Item(schema, list[i]);
            if (schema.ListType != "atomic" && step is null)
            {
                errors.Add($"{path}: element {i}: associative list with keys has an element that omits key field \"{schema.ListMapKeys.FirstOrDefault("")}\"");
            }
            else if (step is not null && !seen.Add(step.Value))
            {
                errors.Add($"{path}: duplicate entries for key {step}");
            }

            if (schema.Items is not null)
            {
                Node(schema.Items, list[i], step is null ? $"{path}[{i}]" : path + step, errors);
            }
        }
    }
}
