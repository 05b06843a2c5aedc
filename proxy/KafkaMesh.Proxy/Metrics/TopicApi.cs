namespace KafkaMesh.Proxy.Metrics;

/// <summary>The APIs that carry records.</summary>
internal enum TopicApi : byte
{
    /// <summary>Api key 0.</summary>
    Produce,

    /// <summary>Api key 1.</summary>
    Fetch,

    /// <summary>Api key 78 (KIP-932).</summary>
    ShareFetch,

    /// <summary>Fetch of a follower, which replicates; see <see cref="ApiSlots.FollowerFetchSlot"/>.</summary>
    FetchFollower,
}
