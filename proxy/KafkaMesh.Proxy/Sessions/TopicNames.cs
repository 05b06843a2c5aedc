namespace KafkaMesh.Proxy.Sessions;

/// <summary>The first few topics that one frame names, for whoever traces it. Made once per flow of a traced session.</summary>
internal sealed class TopicNames
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 16;

    private const int MaxNameBytes = 249;

    private readonly byte[][] _names = new byte[Capacity][];
    private readonly int[] _lengths = new int[Capacity];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them, in the order of the frame.</summary>
    public ReadOnlySpan<byte> this[int index] => _names[index].AsSpan(0, _lengths[index]);

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a name unless it is there, longer than Kafka allows (249 bytes), or the list is full.</summary>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        if (Count == Capacity || utf8.IsEmpty || utf8.Length > MaxNameBytes || Contains(utf8))
            return;
        if (_names[Count] is null || _names[Count].Length < utf8.Length)
            _names[Count] = new byte[utf8.Length];
        utf8.CopyTo(_names[Count]);
        _lengths[Count++] = utf8.Length;
    }

    /// <summary>Whether a name is there.</summary>
    public bool Contains(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i].SequenceEqual(utf8))
                return true;
        }

        return false;
    }
}
