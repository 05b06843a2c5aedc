namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>What part of a container's log is wanted, as PodLogOptions of core/v1 says.</summary>
internal sealed record LogOptions
{
    /// <summary>Keep the stream open and send lines as they come.</summary>
    public bool Follow { get; init; }

    /// <summary>Only the last so many lines; null for all.</summary>
    public int? TailLines { get; init; }

    /// <summary>The log of the instance before the current one.</summary>
    public bool Previous { get; init; }

    /// <summary>Put an RFC 3339 time with nanoseconds before each line.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Only lines of the last so many seconds; null for all.</summary>
    public int? SinceSeconds { get; init; }

    /// <summary>Only lines written at or after this time; null for all.</summary>
    public DateTimeOffset? SinceTime { get; init; }

    /// <summary>Stop after so many bytes; null for no limit.</summary>
    public long? LimitBytes { get; init; }
}
