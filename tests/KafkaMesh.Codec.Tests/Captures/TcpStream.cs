namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>One direction of a connection, put together from its segments.</summary>
internal sealed class TcpStream(int from, int to, uint firstSequence)
{
    private readonly List<byte> _bytes = [];
    private readonly SortedDictionary<uint, byte[]> _early = [];

    public int From => from;

    public int To => to;

    public byte[] ToArray() => _early.Count == 0 ? [.. _bytes] : throw new InvalidDataException($"Segments are missing from {from} to {to}.");

    public void Add(uint sequence, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return;
        _early[sequence - firstSequence] = payload.ToArray();
        while (_early.Count > 0 && _early.First() is var next && next.Key <= _bytes.Count)
        {
            _early.Remove(next.Key);
            var known = _bytes.Count - (int)next.Key;
            if (known < next.Value.Length) _bytes.AddRange(next.Value.AsSpan(known));
        }
    }
}
