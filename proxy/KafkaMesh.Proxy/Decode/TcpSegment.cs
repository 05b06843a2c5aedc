namespace KafkaMesh.Proxy.Decode;

/// <summary>One TCP segment.</summary>
internal readonly ref struct TcpSegment
{
    /// <summary>Sender.</summary>
    public TcpEndpoint Source { get; init; }

    /// <summary>Receiver.</summary>
    public TcpEndpoint Destination { get; init; }

    /// <summary>Sequence number of the first byte of payload, also behind a SYN, which takes a number of its own.</summary>
    public uint Sequence { get; init; }

    /// <summary>The field of that name; valid when the flag says so.</summary>
    public uint AcknowledgementNumber { get; init; }

    /// <summary>Sequence number of the other flow's next byte that its sender has not received; null when it does not tell.</summary>
    public uint? Acknowledged => Has(TcpFlags.Ack) ? AcknowledgementNumber : null;

    /// <summary>Flags.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>What was captured of the payload.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Bytes of the payload on the wire: more than captured when the capture cut it.</summary>
    public int Length { get; init; }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(TcpFlags flag) => (Flags & flag) != TcpFlags.None;
}
