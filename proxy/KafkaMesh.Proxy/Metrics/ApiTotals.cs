namespace KafkaMesh.Proxy.Metrics;

/// <summary>Sum of the <see cref="ApiMetrics"/> of one API key and direction over all loops, as read at one time.</summary>
internal sealed class ApiTotals
{
    /// <summary>Requests by version; the last place stands for all versions beyond the limit.</summary>
    public long[] Versions { get; } = new long[ApiMetrics.Versions + 1];

    /// <summary>By <see cref="UnansweredReason"/>.</summary>
    public long[] Unanswered { get; } = new long[MetricLabels.UnansweredReasons];

    /// <summary>By <see cref="LatencyResult"/>; null where nothing was recorded.</summary>
    public HistogramTotal?[] Latency { get; } = new HistogramTotal?[3];

    /// <summary>In the layout of <see cref="ErrorCells"/>.</summary>
    public long[] Errors { get; } = new long[ErrorCells.Count];

    /// <summary>Requests of all versions.</summary>
    public long Requests => Versions.Sum();

    /// <summary>Responses.</summary>
    public long Responses { get; set; }

    /// <summary>Responses that failed: with at least one error code other than 0 that is no negotiation.</summary>
    public long ResponsesWithError { get; set; }

    /// <summary>Bytes of requests without length prefix.</summary>
    public long RequestBytes { get; set; }

    /// <summary>Bytes of responses without length prefix.</summary>
    public long ResponseBytes { get; set; }

    /// <summary>Throttle time asked for.</summary>
    public long ThrottleMilliseconds { get; set; }

    /// <summary>Requests that have no response by protocol.</summary>
    public long WithoutResponse { get; set; }

    /// <summary>Requests that wait for their response now.</summary>
    public long InFlight { get; set; }
}
