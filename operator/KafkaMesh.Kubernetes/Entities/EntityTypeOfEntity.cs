using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Registration of an entity: where it lives, how it is read and written, how its metadata is found. Made by <see cref="EntityType"/>.</summary>
/// <typeparam name="TEntity">C# type, or <see cref="System.Text.Json.Nodes.JsonObject"/> for raw access.</typeparam>
public sealed class EntityType<TEntity>
    where TEntity : class
{
    private readonly Func<TEntity, V1ObjectMeta> _metadataOf;
    private readonly Action<TEntity>? _trim;

    internal EntityType(
        EntityMetadata metadata, JsonTypeInfo<TEntity> json, Func<TEntity, V1ObjectMeta> metadataOf, bool metadataOnly = false, Action<TEntity>? trim = null)
    {
        _trim = trim;
        Metadata = metadata;
        Json = json;
        MetadataOnly = metadataOnly;
        _metadataOf = metadataOf;
    }

    /// <summary>Where the kind lives.</summary>
    public EntityMetadata Metadata { get; }

    /// <summary>Source-generated reader and writer.</summary>
    public JsonTypeInfo<TEntity> Json { get; }

    /// <summary>Whether the server is asked for metadata alone.</summary>
    public bool MetadataOnly { get; }

    /// <summary>Metadata of an entity.</summary>
    /// <param name="entity">The entity.</param>
    public V1ObjectMeta MetadataOf(TEntity entity) => _metadataOf(entity);

    /// <summary>Reads an entity from the server's JSON and drops what nobody here needs.</summary>
    internal TEntity Read(JsonElement element)
    {
        var entity = element.Deserialize(Json) ?? throw new JsonException($"a {Metadata.Kind} is null");
        _trim?.Invoke(entity);
        return entity;
    }

    /// <summary>Reads an entity that must have a name, since a store is going to keep it by that.</summary>
    internal TEntity ReadNamed(JsonElement element)
    {
        var entity = Read(element);
        return string.IsNullOrEmpty(_metadataOf(entity).Name) ? throw new JsonException($"a {Metadata.Kind} has no name") : entity;
    }

    /// <summary>Key of an entity.</summary>
    /// <param name="entity">An entity with a name.</param>
    /// <exception cref="ArgumentException">The entity has no name.</exception>
    public NamespacedName KeyOf(TEntity entity)
    {
        var metadata = _metadataOf(entity);
        return string.IsNullOrEmpty(metadata.Name)
            ? throw new ArgumentException($"The {Metadata.Kind} has no metadata.name.", nameof(entity))
            : new NamespacedName(metadata.NamespaceProperty, metadata.Name);
    }

    /// <summary>Reference to an entity, for events and owner references.</summary>
    /// <param name="entity">The entity.</param>
    public V1ObjectReference ReferenceTo(TEntity entity)
    {
        var metadata = _metadataOf(entity);
        return new V1ObjectReference
        {
            ApiVersion = Metadata.ApiVersion,
            Kind = Metadata.Kind,
            Namespace = metadata.NamespaceProperty,
            Name = metadata.Name,
            Uid = metadata.Uid,
            ResourceVersion = metadata.ResourceVersion,
        };
    }
}
