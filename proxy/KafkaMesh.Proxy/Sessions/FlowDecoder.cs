using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// What a flow needs while a frame of it is open, about 800 bytes: lent to it for that time, because most connections are between two frames at most times.
/// A thread keeps what its flows gave back; all flows of a connection belong to one.
/// </summary>
internal sealed class FlowDecoder(MessageKind kind)
{
    [ThreadStatic]
    private static FlowDecoder? t_requests;

    [ThreadStatic]
    private static FlowDecoder? t_responses;

    private FlowDecoder? _next;

    /// <summary>Cuts the flow into frames.</summary>
    public FrameReader Frames = NewReader(kind);

    /// <summary>Reads their bodies.</summary>
    public BodyReader Body;

    /// <summary>Whether the open frame's body is being read; else it is passed over.</summary>
    public bool ReadsBody;

    /// <summary>Gathers what they hold.</summary>
    public readonly BodySummary Summary = new();

    /// <summary>The request that the open response answers; where there is one.</summary>
    public InFlightRequest Answered;

    /// <summary>When the first byte of the open response was read.</summary>
    public long FirstByteAt;

    /// <summary>How many of the flow's next bytes will not be looked at.</summary>
    public int SkippableBytes => ReadsBody ? Math.Min(Body.PendingSkip, Frames.BodyBytesLeft) : Frames.BodyBytesLeft;

    private MessageKind Kind => kind;

    /// <summary>Bytes of the flow were relayed unseen, at most <see cref="SkippableBytes"/>.</summary>
    /// <returns>Whether the open body is over.</returns>
    public bool Skip(int count)
    {
        if (ReadsBody)
            Body.SkipUnseen(count);
        Frames.SkipUnseen(count);
        return Frames.BodyBytesLeft == 0;
    }

    /// <summary>
    /// A reader of frames of any size: brokers do not bound responses, and requests only by configuration (<c>socket.request.max.bytes</c>).
    /// </summary>
    public static FrameReader NewReader(MessageKind kind) => new(kind, int.MaxValue);

    /// <summary>One that stands between two frames.</summary>
    public static FlowDecoder Take(MessageKind kind)
    {
        ref FlowDecoder? free = ref Free(kind);
        if (free is not { } taken)
            return new FlowDecoder(kind);
        free = taken._next;
        return taken;
    }

    /// <summary>Gives it back when it stands between two frames.</summary>
    public static void GiveBack(ref FlowDecoder? lent)
    {
        // Not as a pattern: that would copy the reader.
        if (lent is not { } returned || !returned.Frames.IsBetweenFrames)
            return;
        ref FlowDecoder? free = ref Free(returned.Kind);
        returned._next = free;
        free = returned;
        lent = null;
    }

    private static ref FlowDecoder? Free(MessageKind kind) => ref kind == MessageKind.Request ? ref t_requests : ref t_responses;
}
