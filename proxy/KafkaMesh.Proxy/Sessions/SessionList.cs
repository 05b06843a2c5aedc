namespace KafkaMesh.Proxy.Sessions;

/// <summary>The open sessions of one loop, linked through themselves; used by that loop's thread only.</summary>
internal sealed class SessionList
{
    private KafkaSession? _first;

    /// <summary>Adds a session.</summary>
    public void Add(KafkaSession session)
    {
        session.Next = _first;
        if (_first is not null)
            _first.Previous = session;
        _first = session;
    }

    /// <summary>Removes a session that was added.</summary>
    public void Remove(KafkaSession session)
    {
        if (session.Previous is { } previous)
            previous.Next = session.Next;
        else
            _first = session.Next;
        if (session.Next is { } next)
            next.Previous = session.Previous;
        session.Previous = session.Next = null;
    }

    /// <summary>Gives up what waited too long, in every session.</summary>
    public void Age(long now)
    {
        for (var session = _first; session is not null; session = session.Next)
            session.Age(now);
    }
}
