namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// The connections of one loop by slot. An event's key names slot and generation, so that an event that was fetched
/// together with the end of its connection cannot reach the next owner of the slot.
/// </summary>
internal sealed class RelayTable
{
    private readonly Stack<int> _free = new();
    private Relay?[] _slots = new Relay?[64];
    private int _used;
    private uint _generation;

    /// <summary>Key of the events of one of the connection's sockets: generation, slot, side. Never 0 in its upper half.</summary>
    public static ulong Key(Relay relay, bool isBroker) => ((ulong)relay.Generation << 32) | ((uint)relay.Slot << 1) | (isBroker ? 1u : 0u);

    /// <summary>Which socket a key belongs to.</summary>
    public static bool IsBroker(ulong key) => (key & 1) != 0;

    /// <summary>Gives the connection its slot and generation.</summary>
    public void Add(Relay relay)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _used++;
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, _slots.Length * 2);
            }
        }

        _generation = _generation == uint.MaxValue ? 1 : _generation + 1;
        relay.Slot = slot;
        relay.Generation = _generation;
        _slots[slot] = relay;
    }

    /// <summary>The connection that a key belongs to; null when it is gone.</summary>
    public Relay? Find(ulong key)
    {
        uint slot = (uint)key >> 1;
        Relay? relay = slot < (uint)_slots.Length ? _slots[slot] : null;
        return relay is not null && relay.Generation == (uint)(key >> 32) ? relay : null;
    }

    /// <summary>Frees the slot.</summary>
    public void Remove(Relay relay)
    {
        _slots[relay.Slot] = null;
        _free.Push(relay.Slot);
    }

    /// <summary>Ends every connection.</summary>
    public void CloseAll(RelayEnd end)
    {
        foreach (Relay? relay in _slots)
        {
            relay?.Close(end);
        }
    }
}
