namespace KafkaMesh.Kubernetes.Client;

/// <summary>What a watch shows and when it ends.</summary>
public sealed record WatchOptions
{
    /// <summary>Label selector; an object that leaves it arrives as deleted.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Changes after this version; null or <c>0</c> begins with an ADDED for every object.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>The server ends the stream after this time. Default 5 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A stream on which nothing came for this long may be dead, since a lost TCP path says nothing. Default: 90 s, more than the minute between two
    /// bookmarks of most API servers, which promise none (of a kind that does not change they have only those that etcd's progress notifications
    /// allow, by default every ten minutes); <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> switches it off.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Called once when the server has accepted the watch, which the first event may follow hours later.</summary>
    public Action? Opened { get; init; }
}
