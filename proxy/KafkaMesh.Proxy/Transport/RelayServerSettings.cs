namespace KafkaMesh.Proxy.Transport;

/// <summary>What a <see cref="RelayServer"/> needs to know.</summary>
internal sealed record RelayServerSettings
{
    /// <summary>At least one.</summary>
    public required IReadOnlyList<ListenerSettings> Listeners { get; init; }

    /// <summary>Event loops, one thread each; 1 or more.</summary>
    public int Loops { get; init; } = Environment.ProcessorCount;

    /// <summary>Connections at a time; the descriptor limit may lower it.</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>Pipes of each loop to splice long runs through; fewer when the descriptor limit is low, 0 copies everything.</summary>
    public int Pipes { get; init; } = SplicePipes.Most;

    /// <summary>How long a slow receiver may take what the other side had sent before it reset the connection.</summary>
    public TimeSpan LingerTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How both halves of a connection notice that their peer is gone, and are kept alive by what counts silence in between.</summary>
    public KeepAlive KeepAlive { get; init; }

    /// <summary>How long one address of a broker may take to accept; zero leaves it to the kernel, which asks for about two minutes.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary>Bytes that all connections together may stash for slow receivers.</summary>
    public long StashBudget { get; init; } = 32 * 1024 * 1024;
}
