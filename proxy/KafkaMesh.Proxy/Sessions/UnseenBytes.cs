namespace KafkaMesh.Proxy.Sessions;

/// <summary>Stands in for the bytes of a body that were not seen, so that its frame ends where it ended on the wire.</summary>
internal static class UnseenBytes
{
    private static readonly byte[] Zeros = new byte[1 << 16];

    /// <summary>Takes bytes of a flow.</summary>
    public delegate void Reader(ReadOnlySpan<byte> bytes, long now);

    /// <summary>Feeds zeros.</summary>
    /// <returns>How many: <paramref name="count"/>.</returns>
    public static int Feed(Reader reader, int count, long now)
    {
        for (var left = count; left > 0; left -= Zeros.Length)
            reader(Zeros.AsSpan(0, Math.Min(left, Zeros.Length)), now);
        return count;
    }
}
