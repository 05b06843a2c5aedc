using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Makes <see cref="EntityType{TEntity}"/> registrations.</summary>
public static class EntityType
{
    /// <summary>Registration of a typed entity.</summary>
    /// <typeparam name="TEntity">The C# type.</typeparam>
    /// <param name="metadata">Where it lives.</param>
    /// <param name="json">Its source-generated reader and writer.</param>
    public static EntityType<TEntity> Create<TEntity>(EntityMetadata metadata, JsonTypeInfo<TEntity> json)
        where TEntity : class, IKubernetesObject<V1ObjectMeta> => new(metadata, json, entity => entity.Metadata);

    /// <summary>Registration for raw access: unknown fields survive reading and writing.</summary>
    /// <param name="metadata">Where it lives.</param>
    /// <param name="trim">Removes what the caller never looks at from every object that is read, so that caches stay small; managedFields always go.</param>
    public static EntityType<JsonObject> Raw(EntityMetadata metadata, Action<JsonObject>? trim = null) =>
        new(metadata, KubernetesJson.Default.JsonObject, RawMetadata, metadataOnly: false, entity =>
        {
            (entity["metadata"] as JsonObject)?.Remove("managedFields");
            trim?.Invoke(entity);
        });

    /// <summary>Registration that asks for metadata alone, for kinds of which nothing else is needed.</summary>
    /// <param name="metadata">Where it lives.</param>
    public static EntityType<PartialObjectMetadata> MetadataOnly(EntityMetadata metadata) =>
        new(metadata, KubernetesJson.Default.PartialObjectMetadata, entity => entity.Metadata, metadataOnly: true);

    /// <summary>Typed metadata of a raw object.</summary>
    /// <param name="entity">Any Kubernetes object.</param>
    public static V1ObjectMeta RawMetadata(JsonObject entity) =>
        entity["metadata"] is JsonObject metadata ? metadata.Deserialize(KubernetesJson.Default.V1ObjectMeta) ?? V1ObjectMeta.Empty : V1ObjectMeta.Empty;
}
