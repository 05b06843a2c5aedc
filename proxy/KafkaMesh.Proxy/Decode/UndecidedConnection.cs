using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>
/// A connection whose begin was not seen: its first segments are held until they tell which end is the client, and until the
/// SYN had its chance to come after them.
/// </summary>
/// <param name="one">The sender of its first segment.</param>
/// <param name="budget">Shared by all connections of the capture.</param>
internal sealed class UndecidedConnection(TcpEndpoint one, ReassemblyBudget budget)
{
    private const int MaxSegments = 64;
    private const uint MaxBytes = 1 << 20;

    private readonly List<HeldSegment> _held = [];
    private int _bytes;

    /// <summary>Whether it must be decided now.</summary>
    public bool IsRipe => _held.Count >= MaxSegments || _bytes >= MaxBytes || budget.IsExceeded;

    /// <summary>Holds a segment.</summary>
    public void Add(in TcpSegment segment, long timestamp)
    {
        _held.Add(new HeldSegment(segment, timestamp));
        _bytes += segment.Payload.Length;
        budget.Take(segment.Payload.Length);
    }

    /// <summary>Whether the sender of the first segment looks like the client: true, false, or null when nothing tells.</summary>
    public bool? IsOneTheClient()
    {
        foreach (var isStrict in (ReadOnlySpan<bool>)[true, false])
        {
            var fromOne = _held.Count(held => IsFromOne(held) && LooksLikeRequest(held.Payload, isStrict));
            var fromOther = _held.Count(held => !IsFromOne(held) && LooksLikeRequest(held.Payload, isStrict));
            if (fromOne != fromOther)
                return fromOne > fromOther;
        }

        return null;
    }

    /// <summary>Plays what was held into a connection, unless it belongs to an earlier one between the same ends.</summary>
    public void PlayInto(CapturedConnection connection, TcpEndpoint client)
    {
        if (connection.Begin is not { } begin || _held.TrueForAll(held => FlowOf(held, client) == RelayFlow.Response || held.Sequence - begin < 2 * MaxBytes))
        {
            foreach (var held in _held)
                connection.Accept(FlowOf(held, client), held.Segment, held.Timestamp);
        }

        budget.Return(_bytes);
        _bytes = 0;
        _held.Clear();
    }

    private bool IsFromOne(HeldSegment held) => held.Source == one;

    private static RelayFlow FlowOf(HeldSegment held, TcpEndpoint client) => held.Source == client ? RelayFlow.Request : RelayFlow.Response;

    // A response with a small correlation id begins like a Produce request, so a client id is wanted where the body proves nothing.
    private static bool LooksLikeRequest(ReadOnlySpan<byte> payload, bool isStrict) =>
        FrameProbe.IsRequest(payload, isAligned: !isStrict) && (isStrict || FrameProbe.HasClientId(payload));
}
