namespace KafkaMesh.Kubernetes.Client;

/// <summary>Limits of a client.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>Sent as User-Agent; the server takes the part before the slash as default field manager.</summary>
    public string UserAgent { get; init; } = "kafkamesh/0.1.0";

    /// <summary>Deadline of every request but watches. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Deadline of a list page, which may be slow on a busy server. Default 60 s.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is repeated because the server sent Retry-After. Default 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Longest Retry-After that is waited for inside a call; a longer one fails the call. Default 10 s.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection with requests on it that was silent for this long is asked for a sign of life; at least 1 s. Default 30 s, as Go's clients.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a sign of life after this time the connection and everything on it fails; at least 1 s. Default 15 s, as Go's clients.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest answer that is read, one page or one object. Default 64 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest single watch event. Default 16 MiB, above what etcd can store.</summary>
    public int MaxWatchEventBytes { get; init; } = 16 * 1024 * 1024;
}
