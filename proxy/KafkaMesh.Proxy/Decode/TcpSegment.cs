namespace KafkaMesh.Proxy.Decode;

/// <summary>One TCP segment.</summary>
internal readonly ref struct TcpSegment
{
    /// <summary>Sender.</summary>
    public TcpEndpoint Source { get; init; }

    /// <summary>Receiver.</summary>
    public TcpEndpoint Destination { get; init; }

    /// <summary>Sequence number of the first byte.</summary>
    public uint Sequence { get; init; }

    /// <summary>Flags.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>What was captured of the payload.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Bytes of the payload on the wire: more than captured when the capture cut it.</summary>
    public int Length { get; init; }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(TcpFlags flag) => (Flags & flag) != TcpFlags.None;
}
