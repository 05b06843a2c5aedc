namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>A node of a YAML document with its place in the text.</summary>
internal abstract class SourceNode
{
    /// <summary>Offset of its first character, anchor and tag included.</summary>
    public required int Start { get; init; }

    /// <summary>Offset behind its last character. Of block collections this is where the next token begins: <see cref="ContentEnd"/> is what counts.</summary>
    public required int End { get; init; }

    /// <summary>Line of <see cref="Start"/> within the document, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Offset behind the last character of content, without the comments and empty lines after it.</summary>
    public virtual int ContentEnd => End;
}
