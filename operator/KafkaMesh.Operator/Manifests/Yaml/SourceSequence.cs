namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>A list.</summary>
internal sealed class SourceSequence : SourceNode
{
    /// <summary>The items.</summary>
    public required IReadOnlyList<SourceNode> Items { get; init; }

    /// <summary>Written as <c>[a, b]</c>.</summary>
    public required bool IsFlow { get; init; }

    /// <inheritdoc/>
    public override int ContentEnd => IsFlow || Items.Count == 0 ? End : Items[^1].ContentEnd;
}
