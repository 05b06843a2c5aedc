namespace KafkaMesh.Proxy.Metrics;

/// <summary>The metrics whose series have a limit; label <c>metric</c> of <c>kafkamesh_series_dropped_total</c>.</summary>
internal enum SeriesMetric : byte
{
    /// <summary>Topics.</summary>
    TopicRecords,

    /// <summary>Consumer groups.</summary>
    GroupRebalances,

    /// <summary>Clients.</summary>
    ClientInfo,

    /// <summary>Topic ids that were forgotten, or could not be remembered, so that their topics show as ids.</summary>
    TopicIds,

    /// <summary>Versions of requests.</summary>
    Requests,

    /// <summary>Error codes of responses.</summary>
    ResponseErrors,
}
