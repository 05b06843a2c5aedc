namespace KafkaMesh.Operator.Manifests;

/// <summary>A document cannot be read, at a line of its own text.</summary>
/// <param name="line">Line within the document, from 1.</param>
/// <param name="problem">What is wrong.</param>
internal sealed class ManifestSyntaxException(int line, string problem) : Exception(problem)
{
    /// <summary>Line within the document, from 1.</summary>
    public int Line { get; } = line;
}
