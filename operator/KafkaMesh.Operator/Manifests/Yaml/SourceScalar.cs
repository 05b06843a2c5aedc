namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>A scalar.</summary>
internal sealed class SourceScalar : SourceNode
{
    /// <summary>Its content, with escapes and folding resolved.</summary>
    public required string Text { get; init; }

    /// <summary>Neither quoted nor a block scalar: its text decides its type.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>A literal or folded block: its end is the start of a line.</summary>
    public required bool IsBlock { get; init; }

    /// <summary>An explicit tag; null when there is none.</summary>
    public required string? Tag { get; init; }
}
