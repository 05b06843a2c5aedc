namespace KafkaMesh.Proxy.Metrics;

/// <summary>Why a request will not be answered any more.</summary>
internal enum UnansweredReason : byte
{
    /// <summary>The connection ended, or turned opaque.</summary>
    Closed,

    /// <summary>It waited too long.</summary>
    Aged,

    /// <summary>The response to a later request came first.</summary>
    Resync,

    /// <summary>It was the oldest when more waited than are kept.</summary>
    InFlightLimit,
}
