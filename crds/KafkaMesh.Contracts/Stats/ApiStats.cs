namespace KafkaMesh.Contracts.Stats;

/// <summary>Requests and responses of one direction and API key.</summary>
public sealed record ApiStats
{
    /// <summary><c>inbound</c> or <c>outbound</c>, seen from the pod.</summary>
    public string Direction { get; set; } = "";

    /// <summary>Kafka's API key; <see cref="OtherApiKey"/> for all unknown keys beyond the limit, <see cref="FollowerFetchApiKey"/> for followers' Fetch.</summary>
    public int ApiKey { get; init; }

    /// <summary>Kafka's name of it, <c>key_N</c>, <c>__other__</c>, or <see cref="FollowerFetchApi"/>.</summary>
    public string Api { get; set; } = "";

    /// <summary>Requests by version.</summary>
    public IReadOnlyList<VersionCount> Versions { get; set; } = [];

    /// <summary>Requests.</summary>
    public long Requests { get; init; }

    /// <summary>Responses.</summary>
    public long Responses { get; init; }

    /// <summary>
    /// Responses with at least one error code other than 0, but for those by which client and broker come to terms: the fallback of ApiVersions
    /// (KIP-511), and JoinGroup's MEMBER_ID_REQUIRED (KIP-394). <see cref="Errors"/> has all.
    /// </summary>
    public long ResponsesWithError { get; init; }

    /// <summary>Bytes of requests without length prefix.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of responses without length prefix.</summary>
    public long ResponseBytes { get; init; }

    /// <summary>Throttle time asked for, milliseconds.</summary>
    public long ThrottleMilliseconds { get; init; }

    /// <summary>Requests that have no response by protocol (Produce with acks=0).</summary>
    public long WithoutResponse { get; init; }

    /// <summary>Requests that were never answered, by reason.</summary>
    public IReadOnlyList<CountByReason> Unanswered { get; set; } = [];

    /// <summary>Requests that wait for their response now.</summary>
    public long InFlight { get; init; }

    /// <summary>Latency by result: <c>data</c> and <c>empty</c> for Fetch (of followers too) and ShareFetch, else <c>all</c>.</summary>
    public IReadOnlyList<LatencyStats> Latency { get; set; } = [];

    /// <summary>Error codes other than 0; each occurrence in a response counts.</summary>
    public IReadOnlyList<ErrorCount> Errors { get; set; } = [];

    /// <summary>Stands for all unknown keys beyond the limit; no real key has this value on the wire (it is outside int16).</summary>
    public const int OtherApiKey = int.MaxValue;

    /// <summary>
    /// Stands for Fetch when a follower asks, to replicate: Kafka's key 1 above the 16 bits of a key, so that no real one is like it. All that is
    /// counted by API is counted apart for these, as Kafka's own metrics do.
    /// </summary>
    public const int FollowerFetchApiKey = (1 << 16) + 1;

    /// <summary>The name of <see cref="FollowerFetchApiKey"/>, as Kafka's own metrics call it; also in <see cref="TopicStats.Api"/>.</summary>
    public const string FollowerFetchApi = "FetchFollower";
}
