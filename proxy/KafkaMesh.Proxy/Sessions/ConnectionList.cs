namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// The connections that one loop watches, for the admin thread to look at. The lock is taken when a connection comes or goes, never for its bytes.
/// </summary>
internal sealed class ConnectionList
{
    private readonly Lock _lock = new();
    private ConnectionObserver? _first;

    /// <summary>Adds a connection; on its loop.</summary>
    public void Add(ConnectionObserver connection)
    {
        lock (_lock)
        {
            connection.Next = _first;
            if (_first is not null)
                _first.Previous = connection;
            _first = connection;
        }
    }

    /// <summary>Removes a connection that was added; on its loop.</summary>
    public void Remove(ConnectionObserver connection)
    {
        lock (_lock)
        {
            if (connection.Previous is { } previous)
                previous.Next = connection.Next;
            else
                _first = connection.Next;
            if (connection.Next is { } next)
                next.Previous = connection.Previous;
            connection.Previous = connection.Next = null;
        }
    }

    /// <summary>About once a second, on its loop. Only that changes the list, so that reading it there needs no lock.</summary>
    public void OnTick()
    {
        for (var connection = _first; connection is not null; connection = connection.Next)
            connection.OnTick();
    }

    /// <summary>Adds those with a greater id to a list, in no order; from any thread.</summary>
    public int CopyTo(List<ConnectionObserver> target, long after)
    {
        var count = 0;
        lock (_lock)
        {
            for (var connection = _first; connection is not null; connection = connection.Next)
            {
                count++;
                if (connection.Connection.Id > after)
                    target.Add(connection);
            }
        }

        return count;
    }
}
