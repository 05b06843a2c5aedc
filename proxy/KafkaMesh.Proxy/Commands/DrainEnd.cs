namespace KafkaMesh.Proxy.Commands;

/// <summary>What ended a drain.</summary>
internal enum DrainEnd : byte
{
    /// <summary>No connection was left and the final report was read.</summary>
    Reported,

    /// <summary>No connection was left; nobody came for the final report, or the application outlived the grace period.</summary>
    NotCollected,

    /// <summary>The grace period was over with connections open.</summary>
    GraceOver,

    /// <summary>A second signal.</summary>
    Interrupted,
}
