using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest.Selection;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Validation of metadata that every kind shares (ValidateObjectMeta of apimachinery).</summary>
internal static class MetadataValidation
{
    private const int MaxAnnotationBytes = 256 * 1024;

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

    /// <summary>Adds a cause for everything that is wrong; <paramref name="old"/> is null for a creation.</summary>
    public static void Validate(ResourceKind kind, JsonObject obj, JsonObject? old, List<StatusCause> causes)
    {
        ValidateName(kind, obj, causes);
        var metadata = ObjectMetadata.Of(obj);
        ValidateLabels(metadata, causes);
        ValidateAnnotations(metadata, causes);
        ValidateOwners(metadata, causes);
        ValidateFinalizers(metadata, old, causes);
    }

    /// <summary>Warnings about finalizers without a domain.</summary>
    public static IEnumerable<string> Warnings(JsonObject obj) =>
        Finalizers(ObjectMetadata.Of(obj))
            .Where(f => !f.Contains('/', StringComparison.Ordinal) && !f.EndsWith(".k8s.io", StringComparison.Ordinal) && f is not ("orphan" or "foregroundDeletion" or "kubernetes"))
            .Select(f => $"metadata.finalizers: \"{f}\": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers");

    /// <summary>The finalizers in metadata.</summary>
    public static IEnumerable<string> Finalizers(JsonObject metadata) => (metadata["finalizers"] as JsonArray ?? []).Select(f => f?.ToString() ?? "");

    private static void ValidateName(ResourceKind kind, JsonObject obj, List<StatusCause> causes)
    {
        var name = ObjectMetadata.Text(obj, "name");
        if (name.Length == 0)
        {
            causes.Add(new("FieldValueRequired", "Required value: name or generateName is required", "metadata.name"));
            return;
        }

        var error = kind switch
        {
            { Group: "rbac.authorization.k8s.io" } => LabelSyntax.PathSegmentError(name),
            { Group: "", Kind: "Namespace" } => LabelSyntax.DnsLabelError(name),
            _ => LabelSyntax.SubdomainError(name),
        };
        if (error is not null)
        {
            causes.Add(new("FieldValueInvalid", $"Invalid value: \"{name}\": {error}", "metadata.name"));
        }
    }

    private static void ValidateLabels(JsonObject metadata, List<StatusCause> causes)
    {
        foreach (var (key, value) in metadata["labels"] as JsonObject ?? [])
        {
            if (LabelSyntax.KeyError(key) is { } keyError)
            {
                causes.Add(new("FieldValueInvalid", $"Invalid value: \"{key}\": {keyError}", "metadata.labels"));
            }

            if (LabelSyntax.ValueError(value?.ToString() ?? "") is { } valueError)
            {
                causes.Add(new("FieldValueInvalid", $"Invalid value: \"{value}\": {valueError}", "metadata.labels"));
            }
        }
    }

    private static void ValidateAnnotations(JsonObject metadata, List<StatusCause> causes)
    {
        var size = 0;
        foreach (var (key, value) in metadata["annotations"] as JsonObject ?? [])
        {
            size += key.Length + (value?.ToString().Length ?? 0);
            if (LabelSyntax.KeyError(key.ToLowerInvariant()) is { } error)
            {
                causes.Add(new("FieldValueInvalid", $"Invalid value: \"{key}\": {error}", "metadata.annotations"));
            }
        }

        if (size > MaxAnnotationBytes)
        {
            causes.Add(new("FieldValueTooLong", $"Too long: may not be more than {MaxAnnotationBytes} bytes", "metadata.annotations"));
        }
    }

    private static void ValidateOwners(JsonObject metadata, List<StatusCause> causes)
    {
        foreach (var owner in (metadata["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>())
        {
            foreach (var field in new[] { "apiVersion", "kind", "name", "uid" })
            {
                if ((owner[field]?.ToString() ?? "").Length == 0)
                {
                    causes.Add(new("FieldValueInvalid", "Invalid value: \"\": must not be empty", $"metadata.ownerReferences.{field}"));
                }
            }
        }
    }

    private static void ValidateFinalizers(JsonObject metadata, JsonObject? old, List<StatusCause> causes)
    {
        if (old is null || ObjectMetadata.Of(old)["deletionTimestamp"] is null)
        {
            return;
        }

        var added = Finalizers(metadata).Except(Finalizers(ObjectMetadata.Of(old))).Order(StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            var shown = string.Join(", ", added.Select(f => $"\"{f}\""));
            causes.Add(new(
                "FieldValueForbidden",
                $"Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{{{shown}}}",
                "metadata.finalizers"));
        }
    }

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
