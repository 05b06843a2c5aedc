namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>A mapping.</summary>
internal sealed class SourceMapping : SourceNode
{
    /// <summary>The entries as they are written; merge keys are entries.</summary>
    public required IReadOnlyList<SourceEntry> Entries { get; init; }

    /// <summary>Written as <c>{a: b}</c>.</summary>
    public required bool IsFlow { get; init; }

    /// <inheritdoc/>
    public override int ContentEnd => IsFlow || Entries.Count == 0 ? End : Entries[^1].ContentEnd;
}
