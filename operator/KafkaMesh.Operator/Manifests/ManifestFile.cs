namespace KafkaMesh.Operator.Manifests;

/// <summary>A manifest file that was read.</summary>
/// <param name="Source">Its path, or <c>standard input</c>.</param>
/// <param name="HasByteOrderMark">Whether it begins with a byte order mark.</param>
/// <param name="Documents">Its documents; their texts in order are the file's text.</param>
internal sealed record ManifestFile(string Source, bool HasByteOrderMark, IReadOnlyList<ManifestDocument> Documents);
