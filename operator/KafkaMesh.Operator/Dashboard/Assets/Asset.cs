namespace KafkaMesh.Operator.Dashboard.Assets;

/// <summary>A file of the web UI.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Compressed">Its bytes with gzip; null when that is not worth it.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="EntityTag">Strong entity tag of <paramref name="Content"/>, with quotes.</param>
/// <param name="IsImmutable">Its name changes with its content.</param>
internal sealed record Asset(byte[] Content, byte[]? Compressed, string ContentType, string EntityTag, bool IsImmutable);
