namespace KafkaMesh.Proxy.Metrics;

/// <summary>Why a request will not be answered any more.</summary>
internal enum UnansweredReason : byte
{
    /// <summary>The connection ended, or turned opaque.</summary>
    Closed,

    /// <summary>It waited too long, or too many waited.</summary>
    Aged,

    /// <summary>The response to a later request came first.</summary>
    Resync,
}
