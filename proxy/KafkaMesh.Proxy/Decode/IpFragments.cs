namespace KafkaMesh.Proxy.Decode;

/// <summary>Puts fragmented IP packets together (RFC 791 section 3.2, RFC 8200 section 4.5); what overlaps with other bounds is dropped.</summary>
internal sealed class IpFragments
{
    /// <summary>Most packets that are incomplete at a time; beyond it the oldest is given up.</summary>
    public const int MaxPackets = 256;

    private const int MaxBytes = ushort.MaxValue;
    private const int Unit = 8;

    private readonly Dictionary<Key, Packet> _packets = [];
    private readonly Queue<Key> _byAge = new();

    /// <summary>Identifies the fragments of one packet.</summary>
    public readonly record struct Key(UInt128 Source, UInt128 Destination, uint Identification, byte Protocol);

    /// <summary>Takes a fragment.</summary>
    /// <param name="key">Of its packet.</param>
    /// <param name="offset">Where it begins, in bytes.</param>
    /// <param name="hasMore">Whether others follow.</param>
    /// <param name="bytes">All of it.</param>
    /// <returns>The packet's payload when this fragment completes it.</returns>
    public byte[]? Add(in Key key, int offset, bool hasMore, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > MaxBytes || bytes.IsEmpty || (hasMore && bytes.Length % Unit != 0))
            return null;
        if (!_packets.TryGetValue(key, out var packet))
        {
            if (_byAge.Count == MaxPackets)
                _packets.Remove(_byAge.Dequeue());
            _packets.Add(key, packet = new Packet());
            _byAge.Enqueue(key);
        }

        if (!packet.Add(offset, hasMore, bytes))
            return null;
        _packets.Remove(key);
        return packet.Whole();
    }

    private sealed class Packet
    {
        private readonly bool[] _isKnown = new bool[(MaxBytes / Unit) + 1];
        private byte[] _bytes = [];
        private int _knownUnits;
        private int _length = -1;

        public bool Add(int offset, bool hasMore, ReadOnlySpan<byte> bytes)
        {
            if (_bytes.Length < offset + bytes.Length)
                Array.Resize(ref _bytes, offset + bytes.Length);
            bytes.CopyTo(_bytes.AsSpan(offset));
            if (!hasMore)
                _length = offset + bytes.Length;
            for (var unit = offset / Unit; unit * Unit < offset + bytes.Length; unit++)
            {
                _knownUnits += _isKnown[unit] ? 0 : 1;
                _isKnown[unit] = true;
            }

            return _length >= 0 && _knownUnits * Unit >= _length;
        }

        public byte[] Whole() => _bytes[.._length];
    }
}
