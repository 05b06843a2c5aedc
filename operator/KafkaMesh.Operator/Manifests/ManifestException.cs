namespace KafkaMesh.Operator.Manifests;

/// <summary>A manifest cannot be read. The message is one sentence that names the file, the document and the line.</summary>
internal sealed class ManifestException : Exception
{
    /// <summary>Names the place.</summary>
    /// <param name="source">File, or <c>standard input</c>.</param>
    /// <param name="document">Number of the document in it, from 1; 0: the file as a whole.</param>
    /// <param name="line">Line in the file, from 1.</param>
    /// <param name="problem">The rest of the sentence.</param>
    public ManifestException(string source, int document, int line, string problem)
        : base(document == 0 ? $"{source}: line {line}: {Plain(problem)}" : $"{source}: document {document}, line {line}: {Plain(problem)}")
    {
    }

    private static string Plain(string text) => text.ReplaceLineEndings(" ").TrimEnd('.');
}
