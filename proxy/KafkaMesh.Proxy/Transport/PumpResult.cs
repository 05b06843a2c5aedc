namespace KafkaMesh.Proxy.Transport;

/// <summary>Why one turn of <see cref="RelayPath.Pump"/> stopped.</summary>
internal enum PumpResult : byte
{
    /// <summary>Nothing to read, or no room to write: an event will tell.</summary>
    Waiting,

    /// <summary>Other connections come first; there is more to do.</summary>
    Yielded,

    /// <summary>The sender's end of stream was passed on; this path carries nothing any more.</summary>
    Ended,

    /// <summary>Reading from the sender failed.</summary>
    SourceFailed,

    /// <summary>Writing to the receiver failed.</summary>
    SinkFailed,
}
