using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>
/// Cuts one direction of a connection into frames and reads their headers, from whatever pieces the socket delivered.
/// A mutable struct of about 300 bytes: keep it in a field, never copy it.
/// </summary>
/// <remarks>
/// <code>
/// size i32 | request:  key i16, version i16, correlation id i32, [client id: i16 length, bytes], [tagged fields] | body
///          | response: correlation id i32, [tagged fields]                                                       | body
/// </code>
/// Per frame: FrameStart, Header, BodyStart, Body (one or more), FrameEnd. The client id has a 16-bit length even in
/// header version 2, which is otherwise compact (KIP-482).
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct FrameReader
{
    /// <summary>Kafka's own default limit for a request (<c>socket.request.max.bytes</c>), in bytes.</summary>
    public const int DefaultMaxFrameSize = 104_857_600;

    /// <summary>How much of a client id is kept, in bytes.</summary>
    public const int MaxClientIdBytes = 255;

    private const int SizePrefix = 4;
    private const int RequestFixed = 8;
    private const int ResponseFixed = 4;
    private const int ClientIdPrefix = 2;

    private readonly MessageKind _kind;
    private readonly int _maxFrameSize;

    private FrameStep _step;
    private int _left;
    private int _skip;
    private bool _flexibleHeader;
    private TagSection _tags;
    private int _gathered;
    private FrameScratch _scratch;
    private RequestHeader _request;
    private int _clientIdKept;

    /// <summary>Makes a reader for one direction of one connection.</summary>
    /// <param name="kind">Whether its frames begin with request or response headers.</param>
    /// <param name="maxFrameSize">Largest frame accepted, in bytes without the 4-byte prefix. Nothing is allocated by it.</param>
    public FrameReader(MessageKind kind, int maxFrameSize = DefaultMaxFrameSize)
    {
        _kind = kind;
        _maxFrameSize = maxFrameSize;
    }

    /// <summary>Size of the current frame without its 4-byte prefix. Valid from FrameStart on.</summary>
    public int FrameSize { readonly get; private set; }

    /// <summary>Size of the current body. Valid from BodyStart on.</summary>
    public int BodyLength { readonly get; private set; }

    /// <summary>The request's header. Valid from Header on, for <see cref="MessageKind.Request"/>.</summary>
    public readonly RequestHeader Request => _request;

    /// <summary>The header's correlation id. Valid from Header on.</summary>
    public int CorrelationId { readonly get; private set; }

    /// <summary>
    /// The first <see cref="MaxClientIdBytes"/> bytes of the request's client id, not validated. Valid from Header on; empty from
    /// FrameEnd on.
    /// </summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> ClientId =>
        ((ReadOnlySpan<byte>)_scratch)[..(_step is >= FrameStep.HeaderTags and <= FrameStep.End ? _clientIdKept : 0)];

    /// <summary>Why the reader is <see cref="FrameEvent.Invalid"/>.</summary>
    public DecodeError Error { readonly get; private set; }

    /// <summary>Bytes of the current frame that were not taken yet.</summary>
    public readonly int BytesLeft => _left;

    /// <summary>Whether the next byte begins a frame, so that a new reader could take over.</summary>
    public readonly bool IsBetweenFrames => _step == FrameStep.Size && _gathered == 0;

    /// <summary>How many of the next bytes belong to the current body; 0 outside of one.</summary>
    public readonly int BodyBytesLeft => _step == FrameStep.Body ? _left : 0;

    /// <summary>Moves over bytes of the body without seeing them, as if a Body event had told them. The next read goes on behind them.</summary>
    /// <param name="count">At most <see cref="BodyBytesLeft"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The body has fewer left.</exception>
    public void SkipUnseen(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BodyBytesLeft);
        _left -= count;
    }

    /// <summary>Takes bytes until something is found.</summary>
    /// <param name="input">What the socket delivered; advanced by what was taken.</param>
    /// <param name="body">With <see cref="FrameEvent.Body"/> the piece of the body, a slice of the input; else empty.</param>
    public FrameEvent Read(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> body)
    {
        body = default;
        while (true)
        {
            switch (_step)
            {
                case FrameStep.Size:
                    if (!Gather(ref input, SizePrefix)) return FrameEvent.NeedMoreData;
                    return StartFrame(BinaryPrimitives.ReadInt32BigEndian(_scratch));

                case FrameStep.HeaderFixed:
                    if (_left + _gathered < FixedHeaderSize) return Fail(DecodeError.FrameTooShort);
                    if (!GatherFromFrame(ref input, FixedHeaderSize)) return FrameEvent.NeedMoreData;
                    if (ReadFixedHeader()) return FrameEvent.Header;
                    break;

                case FrameStep.ClientIdLength:
                    if (_left + _gathered < ClientIdPrefix) return Fail(DecodeError.FrameTooShort);
                    if (!GatherFromFrame(ref input, ClientIdPrefix)) return FrameEvent.NeedMoreData;
                    if (!ReadClientIdLength()) return Fail(DecodeError.ClientIdTooLong);
                    break;

                case FrameStep.ClientId:
                    if (!GatherFromFrame(ref input, _clientIdKept)) return FrameEvent.NeedMoreData;
                    _gathered = 0;
                    _step = FrameStep.ClientIdRest;
                    break;

                case FrameStep.ClientIdRest:
                    if (!Skip(ref input)) return FrameEvent.NeedMoreData;
                    _step = FrameStep.HeaderTags;
                    return FrameEvent.Header;

                case FrameStep.HeaderTags:
                    if (_flexibleHeader)
                    {
                        var status = _tags.Read(ref input, ref _left);
                        if (status == DecodeStatus.NeedMoreData) return FrameEvent.NeedMoreData;
                        if (status == DecodeStatus.Failed) return Fail(_tags.Error);
                    }

                    BodyLength = _left;
                    _step = FrameStep.Body;
                    return FrameEvent.BodyStart;

                case FrameStep.Body:
                    if (input.IsEmpty && _left > 0) return FrameEvent.NeedMoreData;
                    body = Take(ref input, _left);
                    if (_left == 0) _step = FrameStep.End;
                    return FrameEvent.Body;

                case FrameStep.End:
                    _step = FrameStep.Size;
                    return FrameEvent.FrameEnd;

                default:
                    return FrameEvent.Invalid;
            }
        }
    }

    /// <summary>
    /// Treats the frame that has just started as bytes without a header: raw SASL tokens after SaslHandshake 0. Call it
    /// upon <see cref="FrameEvent.FrameStart"/>; BodyStart comes next.
    /// </summary>
    /// <exception cref="InvalidOperationException">The reader is not at the start of a frame.</exception>
    public void TreatFrameAsRaw()
    {
        if (_step != FrameStep.HeaderFixed || _gathered != 0) throw new InvalidOperationException("Only a frame that has just started can be raw.");
        _flexibleHeader = false;
        _step = FrameStep.HeaderTags;
    }

    /// <summary>
    /// Says which header the response has, as the request that it answers tells. Call it upon <see cref="FrameEvent.Header"/>;
    /// without a call it is 0.
    /// </summary>
    /// <param name="version">0, or 1 when tagged fields follow the correlation id.</param>
    /// <exception cref="InvalidOperationException">The reader is not at a response's header.</exception>
    public void SetResponseHeaderVersion(int version)
    {
        if (_kind != MessageKind.Response || _step != FrameStep.HeaderTags)
            throw new InvalidOperationException("Only a response's header can be chosen, upon its Header event.");
        _flexibleHeader = version >= 1;
    }

    private readonly int FixedHeaderSize => _kind == MessageKind.Request ? RequestFixed : ResponseFixed;

    private FrameEvent StartFrame(int size)
    {
        _gathered = 0;
        if (size < 0) return Fail(DecodeError.NegativeFrameSize);
        if (size > _maxFrameSize) return Fail(DecodeError.FrameTooLarge);
        FrameSize = size;
        _left = size;
        _flexibleHeader = false;
        _tags = TagSection.Start();
        _clientIdKept = 0;
        _step = FrameStep.HeaderFixed;
        return FrameEvent.FrameStart;
    }

    /// <returns>Whether the header's fields are complete: no client id follows.</returns>
    private bool ReadFixedHeader()
    {
        _gathered = 0;
        if (_kind == MessageKind.Response)
        {
            CorrelationId = BinaryPrimitives.ReadInt32BigEndian(_scratch);
            _step = FrameStep.HeaderTags;
            return true;
        }

        ReadOnlySpan<byte> bytes = _scratch;
        var apiKey = BinaryPrimitives.ReadInt16BigEndian(bytes);
        var apiVersion = BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);
        CorrelationId = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        _request = new RequestHeader(apiKey, apiVersion, CorrelationId, -1);
        var headerVersion = KafkaSchema.GetRequestHeaderVersion(apiKey, apiVersion);
        _flexibleHeader = headerVersion >= 2;
        _step = headerVersion == 0 ? FrameStep.HeaderTags : FrameStep.ClientIdLength;
        return headerVersion == 0;
    }

    private bool ReadClientIdLength()
    {
        _gathered = 0;
        var length = BinaryPrimitives.ReadInt16BigEndian(_scratch);
        if (length > _left) return false;
        _request = _request with { ClientIdLength = Math.Max(length, (short)-1) };
        _clientIdKept = Math.Clamp(length, (short)0, (short)MaxClientIdBytes);
        _skip = Math.Max(0, length - _clientIdKept);
        _step = FrameStep.ClientId;
        return true;
    }

    private bool GatherFromFrame(ref ReadOnlySpan<byte> input, int wanted)
    {
        var before = _gathered;
        var complete = Gather(ref input, wanted);
        _left -= _gathered - before;
        return complete;
    }

    private bool Gather(ref ReadOnlySpan<byte> input, int wanted)
    {
        var take = Math.Min(wanted - _gathered, input.Length);
        input[..take].CopyTo(((Span<byte>)_scratch)[_gathered..]);
        input = input[take..];
        _gathered += take;
        return _gathered == wanted;
    }

    private bool Skip(ref ReadOnlySpan<byte> input)
    {
        _skip -= Take(ref input, _skip).Length;
        return _skip == 0;
    }

    private ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int wanted)
    {
        var taken = input[..Math.Min(wanted, input.Length)];
        input = input[taken.Length..];
        _left -= taken.Length;
        return taken;
    }

    private FrameEvent Fail(DecodeError error)
    {
        Error = error;
        _step = FrameStep.Invalid;
        return FrameEvent.Invalid;
    }
}
