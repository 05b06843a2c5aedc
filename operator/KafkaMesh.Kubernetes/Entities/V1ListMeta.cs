namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Metadata of a list or a Status (meta/v1 ListMeta).</summary>
public sealed record V1ListMeta
{
    /// <summary>State that the list shows; a watch starts after it.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Token for the next page; null or empty on the last one.</summary>
    public string? Continue { get; init; }

    /// <summary>Items after this page, where the server knows it.</summary>
    public long? RemainingItemCount { get; init; }
}
