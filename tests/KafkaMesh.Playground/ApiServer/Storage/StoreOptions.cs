namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>The bounds of an <see cref="ObjectStore"/>.</summary>
internal sealed record StoreOptions
{
    /// <summary>How many changes are remembered for watches and consistent lists.</summary>
    public int HistoryLength { get; init; } = 8192;

    /// <summary>How many objects may exist.</summary>
    public int MaxObjects { get; init; } = 50_000;

    /// <summary>How many subscriptions may be open at a time.</summary>
    public int MaxSubscriptions { get; init; } = 2048;
}
