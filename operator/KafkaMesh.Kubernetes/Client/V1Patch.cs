using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>A patch body with its media type (KubernetesClient's name).</summary>
public sealed class V1Patch
{
    private V1Patch(string mediaType, JsonNode content)
    {
        MediaType = mediaType;
        Content = content;
    }

    /// <summary>Media type that tells the server how to read the content.</summary>
    public string MediaType { get; }

    /// <summary>The content.</summary>
    public JsonNode Content { get; }

    /// <summary>JSON Patch, RFC 6902: a list of operations.</summary>
    /// <param name="operations">The operations.</param>
    public static V1Patch Json(JsonArray operations) => new("application/json-patch+json", operations);

    /// <summary>Merge patch, RFC 7396: null removes; a metadata.resourceVersion in it is an optimistic lock.</summary>
    /// <param name="content">The changed parts.</param>
    public static V1Patch Merge(JsonObject content) => new("application/merge-patch+json", content);

    /// <summary>Strategic merge patch; built-in kinds only.</summary>
    /// <param name="content">The changed parts.</param>
    public static V1Patch StrategicMerge(JsonObject content) => new("application/strategic-merge-patch+json", content);

    /// <summary>Server-side apply: exactly the fields that the manager owns, with apiVersion, kind and name. It must not hold managedFields.</summary>
    /// <param name="content">The fields.</param>
    public static V1Patch Apply(JsonObject content) => new("application/apply-patch+yaml", content);

    /// <summary>Server-side apply of an entity.</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="entity">The entity, holding only what the manager owns.</param>
    public static V1Patch Apply<TEntity>(EntityType<TEntity> type, TEntity entity)
        where TEntity : class
    {
        var content = JsonSerializer.SerializeToNode(entity, type.Json)!.AsObject();
        content["apiVersion"] = type.Metadata.ApiVersion;
        content["kind"] = type.Metadata.Kind;
        return Apply(content);
    }
}
