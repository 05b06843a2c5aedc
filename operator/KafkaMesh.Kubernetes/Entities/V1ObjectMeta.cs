using System.Text.Json.Serialization;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Metadata of an object (meta/v1 ObjectMeta) without managedFields, which are dropped on reading.</summary>
public sealed record V1ObjectMeta
{
    /// <summary>Metadata that says nothing.</summary>
    public static V1ObjectMeta Empty { get; } = new();

    /// <summary>Name, unique per namespace and kind; absent on pods that reach a webhook with <see cref="GenerateName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Prefix from which the server makes a name.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Namespace; absent for cluster-scoped kinds.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; init; }

    /// <summary>Identity in time: another object of the same name has another one.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version of this state; only the server may order it.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Number of spec changes.</summary>
    public long? Generation { get; init; }

    /// <summary>When the server created it.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When deletion was asked for; the object lives on until its finalizers are gone.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Owners; the garbage collector removes the object with the last of them.</summary>
    public IReadOnlyList<V1OwnerReference>? OwnerReferences { get; init; }

    /// <summary>What must be done before the object may go.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }
}
