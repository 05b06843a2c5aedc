namespace KafkaMesh.Proxy.Metrics;

/// <summary>One value of a label that traffic chooses, from when it got a place of its own until it made room.</summary>
/// <param name="utf8">The value as it stood on the wire.</param>
/// <param name="name">Its text, see <see cref="NameText"/>.</param>
/// <param name="index">Its place in cells; another value may have it afterwards.</param>
/// <param name="since">How many values had made room when this one got its place: it tells two lives of one value apart.</param>
internal sealed class NamedSeries(byte[] utf8, string name, int index, long since) : LruEntry(utf8)
{
    /// <summary>Its text.</summary>
    public string Name { get; } = name;

    /// <summary>Its place in cells.</summary>
    public int Index { get; } = index;

    /// <summary>How many values had made room before.</summary>
    public long Since { get; } = since;
}
