namespace KafkaMesh.Proxy.Decode;

/// <summary>A segment that is kept until its turn comes.</summary>
internal sealed class HeldSegment
{
    private readonly TcpEndpoint _destination;
    private readonly TcpFlags _flags;

    /// <summary>Copies a segment.</summary>
    public HeldSegment(in TcpSegment segment, long timestamp)
    {
        Source = segment.Source;
        _destination = segment.Destination;
        _flags = segment.Flags;
        Sequence = segment.Sequence;
        Acknowledged = segment.Acknowledged;
        Payload = segment.Payload.ToArray();
        Length = segment.Length;
        Timestamp = timestamp;
    }

    /// <summary>As <see cref="TcpSegment.Source"/>.</summary>
    public TcpEndpoint Source { get; }

    /// <summary>As <see cref="TcpSegment.Sequence"/>.</summary>
    public uint Sequence { get; }

    /// <summary>As <see cref="TcpSegment.Acknowledged"/>.</summary>
    public uint? Acknowledged { get; }

    /// <summary>As <see cref="TcpSegment.Payload"/>.</summary>
    public byte[] Payload { get; }

    /// <summary>As <see cref="TcpSegment.Length"/>.</summary>
    public int Length { get; }

    /// <summary>When it was captured, in ticks.</summary>
    public long Timestamp { get; }

    /// <summary>The segment again.</summary>
    public TcpSegment Segment => new()
    {
        Source = Source,
        Destination = _destination,
        Sequence = Sequence,
        AcknowledgementNumber = Acknowledged ?? 0,
        Flags = _flags,
        Payload = Payload,
        Length = Length,
    };
}
