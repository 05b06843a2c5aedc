namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>Writes a body piece by piece.</summary>
internal static class BodyPieces
{
    // Kestrel copies what it is given before it waits for the reader: whole, a large answer would be in memory once more for each slow reader.
    private const int Size = 32 * 1024;

    /// <summary>Writes all of it; each piece waits until the reader took nearly all before it.</summary>
    public static async Task WriteAsync(Stream body, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        for (var rest = bytes; !rest.IsEmpty; rest = rest[Math.Min(Size, rest.Length)..])
            await body.WriteAsync(rest[..Math.Min(Size, rest.Length)], cancellationToken);
    }
}
