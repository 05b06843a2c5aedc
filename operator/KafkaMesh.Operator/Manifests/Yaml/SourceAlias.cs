namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>An alias, <c>*name</c>.</summary>
internal sealed class SourceAlias : SourceNode
{
    /// <summary>The node with the anchor.</summary>
    public required SourceNode Target { get; init; }
}
