namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// The connections that one loop watches, for the admin thread to look at. Only the loop changes it, and waits for nobody: a connection keeps its
/// place while it is open, so that a reader needs no lock.
/// </summary>
internal sealed class ConnectionList
{
    private ConnectionObserver?[] _places = new ConnectionObserver?[16];
    private int[] _free = new int[16];
    private int _freeCount;
    private int _used;

    /// <summary>
    /// Those that are open, in no order; from any thread. One that is open all the while is told once; one that comes or goes meanwhile, perhaps.
    /// </summary>
    public IEnumerable<ConnectionObserver> Open
    {
        get
        {
            var places = Volatile.Read(ref _places);
            for (var i = 0; i < places.Length; i++)
            {
                if (Volatile.Read(ref places[i]) is { } connection)
                    yield return connection;
            }
        }
    }

    /// <summary>Adds a connection; on its loop.</summary>
    public void Add(ConnectionObserver connection)
    {
        var place = _freeCount > 0 ? _free[--_freeCount] : _used++;
        if (place == _places.Length)
            Grow();
        connection.Place = place;
        Volatile.Write(ref _places[place], connection);
    }

    /// <summary>Removes a connection that was added; on its loop.</summary>
    public void Remove(ConnectionObserver connection)
    {
        Volatile.Write(ref _places[connection.Place], null);
        _free[_freeCount++] = connection.Place;
    }

    /// <summary>About once a second, on its loop.</summary>
    public void OnTick()
    {
        foreach (var connection in _places.AsSpan(0, _used))
            connection?.OnTick();
    }

    // A reader of the old places misses nobody that was there when it began.
    private void Grow()
    {
        var places = new ConnectionObserver?[_places.Length * 2];
        _places.CopyTo(places, 0);
        Array.Resize(ref _free, places.Length);
        Volatile.Write(ref _places, places);
    }
}
