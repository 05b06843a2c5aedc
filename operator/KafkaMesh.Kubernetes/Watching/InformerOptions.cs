namespace KafkaMesh.Kubernetes.Watching;

/// <summary>What an informer keeps and how patient it is.</summary>
public sealed record InformerOptions
{
    /// <summary>Namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector: the server sends nothing else.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector: the server sends nothing else.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects per page when the newest state is listed, which the server does not answer from its cache. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Shortest time that a watch is asked to last; the longest is twice as much, drawn at random. Default 5 minutes.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A watch on which nothing came for this long is closed and opened again. Default 90 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>First pause after a failure; doubles up to <see cref="MaxBackoff"/>, with jitter. Default 0.8 s.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Longest pause after failures. Default 30 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);
}
