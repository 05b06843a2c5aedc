namespace KafkaMesh.Proxy.Metrics;

/// <summary>A topic id and the name that it was seen with.</summary>
/// <param name="id">The 16 bytes of the id.</param>
/// <param name="name">The name as it stood on the wire.</param>
internal sealed class TopicIdName(byte[] id, byte[] name) : LruEntry(id)
{
    /// <summary>The name as it stood on the wire.</summary>
    public ReadOnlySpan<byte> Name => name;
}
