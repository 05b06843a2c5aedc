using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What the trunk itself needs to know about metadata: that its fields have the right types, and its finalizers.</summary>
internal static class MetadataValidation
{
    /// <summary>Fields of metadata that must be texts, with Go's name of the type for the refusal.</summary>
    private static readonly string[] TextFields =
        ["name", "generateName", "namespace", "uid", "resourceVersion", "selfLink", "creationTimestamp", "deletionTimestamp"];

    /// <summary>Refuses metadata whose fields have wrong types, as Go's decoder would.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static void CheckTypes(ResourceKind kind, JsonObject obj)
    {
        var metadata = ObjectMetadata.Of(obj);
        foreach (var field in TextFields)
        {
            CheckText(kind, metadata[field], field);
        }

        foreach (var map in new[] { "labels", "annotations" })
        {
            CheckMap(kind, metadata[map], map);
        }

        foreach (var list in new[] { "finalizers", "ownerReferences", "managedFields" })
        {
            if (metadata[list] is not (null or JsonArray))
            {
                throw WrongType(kind, metadata[list]!, list, list == "finalizers" ? "[]string" : $"[]v1.{(list == "ownerReferences" ? "OwnerReference" : "ManagedFieldsEntry")}");
            }
        }
    }

    /// <summary>Warnings about finalizers without a domain.</summary>
    public static IEnumerable<string> Warnings(JsonObject obj) =>
        Finalizers(ObjectMetadata.Of(obj))
            .Where(f => !f.Contains('/', StringComparison.Ordinal) && f is not ("orphan" or "foregroundDeletion" or "kubernetes"))
            .Select(f => $"metadata.finalizers: \"{f}\": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers");

    /// <summary>The finalizers in metadata.</summary>
    public static IEnumerable<string> Finalizers(JsonObject metadata) => (metadata["finalizers"] as JsonArray ?? []).Select(f => f?.ToString() ?? "");

    private static void CheckText(ResourceKind kind, JsonNode? node, string field)
    {
        if (node is not null && node.GetValueKind() != JsonValueKind.String)
        {
            throw WrongType(kind, node, field, "string");
        }
    }

    private static void CheckMap(ResourceKind kind, JsonNode? node, string field)
    {
        if (node is JsonObject map)
        {
            foreach (var (_, value) in map)
            {
                CheckText(kind, value, field);
            }
        }
        else if (node is not null)
        {
            throw WrongType(kind, node, field, "map[string]string");
        }
    }

    private static ApiException WrongType(ResourceKind kind, JsonNode node, string field, string type)
    {
        var given = node.GetValueKind() switch
        {
            JsonValueKind.Number => "number",
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            _ => "string",
        };
        return ApiErrors.BadRequest(
            $"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: json: cannot unmarshal {given} into Go struct field ObjectMeta.{field} of type {type}");
    }
}
