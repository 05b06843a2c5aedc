namespace KafkaMesh.Kubernetes.Entities;

/// <summary>One fault in a <see cref="V1Status"/>.</summary>
public sealed record V1StatusCause
{
    /// <summary>FieldValueInvalid, FieldValueRequired, FieldManagerConflict, ResourceVersionTooLarge, …</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence.</summary>
    public string? Message { get; init; }

    /// <summary>Path of the field, <c>spec.ports[0]</c>.</summary>
    public string? Field { get; init; }
}
