using System.Buffers.Binary;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Detection;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// Finds where a frame begins in a flow whose begin was not seen. Senders mostly begin a segment with a frame, so the begin of
/// a piece needs less evidence than a place within it, where a body must be decoded to its end or far into it.
/// </summary>
internal static class FrameProbe
{
    // Bytes of a body that agree with its schema, when its end is not in the piece.
    private const int ConvincingBytes = 48;

    // Places within one piece where a body is decoded: bounds the work on a hostile piece.
    private const int MaxCandidates = 16;

    private const int SmallestFrame = 12;

    /// <summary>Where the first request begins.</summary>
    /// <param name="piece">Bytes of the flow.</param>
    /// <param name="isPartial">Something before them was not seen: it may begin within them, not only where they do.</param>
    /// <returns>−1 when none does.</returns>
    public static int FindRequest(ReadOnlySpan<byte> piece, bool isPartial)
    {
        if (IsRequest(piece, isAligned: true))
            return 0;
        return isPartial ? FindWithin(piece, inFlight: null) : -1;
    }

    /// <summary>Where the first response to one of the requests in flight begins.</summary>
    /// <param name="piece">Bytes of the flow.</param>
    /// <param name="inFlight">The requests.</param>
    /// <param name="isPartial">As for requests.</param>
    /// <returns>−1 when none does.</returns>
    public static int FindResponse(ReadOnlySpan<byte> piece, InFlightRing inFlight, bool isPartial)
    {
        if (inFlight.Count == 0)
            return -1;
        if (IsResponse(piece, inFlight, isAligned: true))
            return 0;
        return isPartial ? FindWithin(piece, inFlight) : -1;
    }

    /// <summary>Whether bytes begin with a request.</summary>
    /// <param name="bytes">From the frame's size on.</param>
    /// <param name="isAligned">Whether they begin a piece; if not, more evidence is wanted.</param>
    public static bool IsRequest(ReadOnlySpan<byte> bytes, bool isAligned)
    {
        if (bytes.Length < SmallestFrame || ProtocolDetector.LooksLikeKafka(bytes) != true)
            return false;
        var frames = new FrameReader(MessageKind.Request);
        if (frames.Read(ref bytes, out _) != FrameEvent.FrameStart)
            return false;
        if (frames.Read(ref bytes, out _) is var header && header != FrameEvent.Header)
            return isAligned && header == FrameEvent.NeedMoreData;
        if (frames.ClientId.ContainsAnyInRange((byte)0, (byte)0x1F))
            return false;
        return IsBody(ref frames, bytes, frames.Request.ApiKey, frames.Request.ApiVersion, MessageKind.Request, isAligned);
    }

    /// <summary>Whether what begins like a request has a client id that is not empty.</summary>
    public static bool HasClientId(ReadOnlySpan<byte> bytes) =>
        bytes.Length > ProtocolDetector.PrefixBytes && BinaryPrimitives.ReadInt16BigEndian(bytes[(ProtocolDetector.PrefixBytes - sizeof(short))..]) > 0;

    private static bool IsResponse(ReadOnlySpan<byte> bytes, InFlightRing inFlight, bool isAligned)
    {
        var frames = new FrameReader(MessageKind.Response);
        if (frames.Read(ref bytes, out _) != FrameEvent.FrameStart || frames.Read(ref bytes, out _) != FrameEvent.Header)
            return false;
        var older = inFlight.Find(frames.CorrelationId);
        if (older < 0)
            return false;
        var request = inFlight[older];
        frames.SetResponseHeaderVersion(KafkaSchema.GetResponseHeaderVersion(request.ApiKey, request.ApiVersion));
        return IsBody(ref frames, bytes, request.ApiKey, request.ApiVersion, MessageKind.Response, isAligned);
    }

    private static bool IsBody(ref FrameReader frames, ReadOnlySpan<byte> bytes, short apiKey, short apiVersion, MessageKind kind, bool isAligned)
    {
        if (frames.Read(ref bytes, out _) is var start && start != FrameEvent.BodyStart)
            return isAligned && start == FrameEvent.NeedMoreData;
        var body = new BodyReader();
        if (!body.TryStart(apiKey, apiVersion, kind, frames.BodyLength))
            return isAligned;
        var sink = new NullSink();
        frames.Read(ref bytes, out var piece);
        return body.Read(piece, ref sink) switch
        {
            DecodeStatus.Done => body.TrailingBytes == 0 || (isAligned && kind == MessageKind.Response),
            DecodeStatus.NeedMoreData => isAligned || piece.Length >= ConvincingBytes,
            _ => false,
        };
    }

    /// <summary>Behind the piece's begin: only frames below 16 MiB, whose size begins with a zero byte.</summary>
    private static int FindWithin(ReadOnlySpan<byte> piece, InFlightRing? inFlight)
    {
        var candidates = 0;
        for (var at = 1; at <= piece.Length - SmallestFrame; at++)
        {
            var zero = piece[at..].IndexOf((byte)0);
            if (zero < 0)
                return -1;
            at += zero;
            var rest = piece[at..];
            if (inFlight is null ? rest.Length < SmallestFrame || ProtocolDetector.LooksLikeKafka(rest) != true : !NamesRequest(rest, inFlight))
                continue;
            if (inFlight is null ? IsRequest(rest, isAligned: false) : IsResponse(rest, inFlight, isAligned: false))
                return at;
            if (++candidates == MaxCandidates)
                return -1;
        }

        return -1;
    }

    private static bool NamesRequest(ReadOnlySpan<byte> bytes, InFlightRing inFlight) =>
        bytes.Length >= SmallestFrame && inFlight.Find(BinaryPrimitives.ReadInt32BigEndian(bytes[sizeof(int)..])) >= 0;
}
