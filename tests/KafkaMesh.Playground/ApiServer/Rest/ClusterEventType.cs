namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The kinds of <see cref="ClusterEvent"/>.</summary>
internal enum ClusterEventType
{
    /// <summary>The object exists: it was there at the start, or it was created.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone.</summary>
    Deleted,

    /// <summary>All objects that existed at the start have been told.</summary>
    Synced,
}
