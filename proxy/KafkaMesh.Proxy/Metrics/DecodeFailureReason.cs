namespace KafkaMesh.Proxy.Metrics;

/// <summary>Why a frame's body, or the rest of a connection, was not decoded.</summary>
internal enum DecodeFailureReason : byte
{
    /// <summary>An API key that Kafka never used; frame counted, body skipped.</summary>
    UnknownApi,

    /// <summary>A version that Kafka never released; frame counted, body skipped.</summary>
    UnknownVersion,

    /// <summary>A body that contradicts its schema; frame counted, rest of the body skipped.</summary>
    MalformedBody,

    /// <summary>Bytes after the end of a whole body; frame counted.</summary>
    TrailingBytes,

    /// <summary>A response that answers no request in flight; skipped.</summary>
    UnmatchedResponse,

    /// <summary>A frame size below the smallest header or above the limit; the connection turned opaque.</summary>
    FrameSize,

    /// <summary>A request header that cannot be one; the connection turned opaque.</summary>
    RequestHeader,

    /// <summary>No response ever matched a request; the connection turned opaque.</summary>
    NeverMatched,
}
