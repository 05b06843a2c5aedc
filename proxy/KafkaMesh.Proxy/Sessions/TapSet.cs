namespace KafkaMesh.Proxy.Sessions;

/// <summary>The taps that are open. Changed by the admin thread only; a loop reads one field to learn that there are none.</summary>
internal sealed class TapSet(int loops)
{
    /// <summary>Most taps at a time.</summary>
    public const int Capacity = 4;

    private Tap[] _open = [];

    /// <summary>The open taps; from any thread.</summary>
    public Tap[] Open => Volatile.Read(ref _open);

    /// <summary>Opens a tap; null when as many are open as there may be.</summary>
    public Tap? Add(TapFilter filter)
    {
        if (_open.Length == Capacity)
            return null;
        var tap = new Tap(filter, loops);
        Volatile.Write(ref _open, [.. _open, tap]);
        return tap;
    }

    /// <summary>Closes a tap.</summary>
    public void Remove(Tap tap) => Volatile.Write(ref _open, [.. _open.Where(other => other != tap)]);
}
