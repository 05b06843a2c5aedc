using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>
/// Decodes the body of a request or response from whatever pieces arrive, by running its program, and tells a sink what a
/// metric wants to know. Keeps a few hundred bytes whatever the body's size; skips payloads without buffering them;
/// allocates nothing; every length is checked against the bytes left in the frame. A mutable struct: keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public partial struct BodyReader
{
    /// <summary>How much of a string reaches the sink, in bytes. A topic's name has at most 249.</summary>
    public const int MaxTextBytes = 255;

    private const int NotInSection = -1;

    /// <summary>Bytes that complete any cut unit but a longer text, which takes them several times.</summary>
    private const int CarryStep = 64;
    private const short ApiVersionsKey = 18;

    private int _pc;
    private int _left;
    private int _skip;
    private int _depth;
    private int _tagsLeft;
    private int _recordsLeft;
    private int _recordsSize;
    private int _carried;
    private ArrayStack _arrays;
    private BodyScratch _scratch;
    private byte _hot;

    /// <summary>How the body ends behind the payload that is being skipped, when that is known; see <see cref="TryClose"/>. Else 0.</summary>
    private byte _closing;

    /// <summary>The version of ApiVersions that was asked for while the body may still answer in version 0 (KIP-511); else 0.</summary>
    private short _fallbackOf;

    /// <summary>Whether the next piece can be read as it is: the body has not ended, no cut unit comes first and its version is settled.</summary>
    private bool _isPlain;
    private DecodeStatus _end;

    /// <summary>Why <see cref="Read"/> failed.</summary>
    public DecodeError Error { readonly get; private set; }

    /// <summary>Bytes of the frame behind the end of the body, as some clients send them: counted, not an error. Valid when done.</summary>
    public int TrailingBytes { readonly get; private set; }

    /// <summary>Whether the body is an ApiVersions response of version 0 that answered a version the broker lacks (KIP-511).</summary>
    public bool IsFallback { readonly get; private set; }

    /// <summary>Makes ready for a body.</summary>
    /// <param name="apiKey">API key of the request, also for its response.</param>
    /// <param name="apiVersion">Version of the request, also for its response.</param>
    /// <param name="kind">Which half of the exchange it is.</param>
    /// <param name="bodyLength">Bytes from the end of the header to the end of the frame; not below zero.</param>
    /// <returns>
    /// False when the schema does not know the key or version: the body can only be skipped. Responses to versions of ApiVersions
    /// that it does not know may be read all the same: a broker that lacks the version too answers in version 0 (KIP-511).
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStart(short apiKey, short apiVersion, MessageKind kind, int bodyLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bodyLength);
        var fallbackOf = ApiVersionsFallback.MayAnswer(apiKey, apiVersion, kind, bodyLength) ? apiVersion : (short)0;
        var isKnown = KafkaSchema.TryGetProgram(apiKey, apiVersion, kind, out var start, out var hot);
        if (!isKnown && fallbackOf == 0) return Refuse();
        _pc = start;
        _left = bodyLength;
        _skip = 0;
        _depth = 0;
        _tagsLeft = NotInSection;
        _recordsLeft = NotInSection;
        _carried = 0;
        TrailingBytes = 0;
        _hot = hot;
        _closing = 0;
        _fallbackOf = fallbackOf;
        _isPlain = fallbackOf == 0;
        _end = DecodeStatus.NeedMoreData;
        Error = isKnown ? DecodeError.None : DecodeError.UnknownVersion;
        IsFallback = false;
        return true;
    }

    /// <summary>Takes the next piece of the body. Call it at least once, with an empty piece when the body is empty.</summary>
    /// <param name="piece">Bytes of the body; those beyond its length are ignored.</param>
    /// <param name="sink">Told what is found.</param>
    /// <returns>Once Done or Failed it stays so until the next start: the rest of the frame may be given, but is not looked at.</returns>
    public DecodeStatus Read<TSink>(scoped ReadOnlySpan<byte> piece, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        if (!_isPlain) return ReadOther(piece, ref sink);
        if (piece.Length > _left) piece = piece[.._left];
        return ReadPiece(piece, ref sink);
    }

    private bool Refuse()
    {
        End(DecodeStatus.Failed);
        Error = DecodeError.UnknownVersion;
        TrailingBytes = 0;
        IsFallback = false;
        return false;
    }

    private DecodeStatus ReadOther<TSink>(scoped ReadOnlySpan<byte> piece, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        if (_end != DecodeStatus.NeedMoreData) return _end;
        if (piece.Length > _left - _carried) piece = piece[..(_left - _carried)];
        if (_fallbackOf > 0 && _carried == 0 && piece.Length >= ApiVersionsFallback.Prefix && !TryChooseVersion(piece)) return End(DecodeStatus.Failed);
        if (_carried > 0 || _fallbackOf > 0) return ReadCarried(piece, ref sink);
        _isPlain = true;
        return ReadPiece(piece, ref sink);
    }

    /// <summary>Goes on in a piece that begins where the last one was left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DecodeStatus ReadPiece<TSink>(scoped ReadOnlySpan<byte> piece, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        var beyond = _left - piece.Length;
        if (_skip > 0)
        {
            if (_skip > piece.Length)
            {
                _skip -= piece.Length;
                _left = beyond;
                return DecodeStatus.NeedMoreData;
            }

            piece = piece[_skip..];
            if (TryClose(piece, beyond, ref sink)) return DecodeStatus.Done;
            _skip = 0;
            _left = piece.Length + beyond;
        }

        var rest = RunHot(piece, beyond, ref sink);
        return rest == Finished ? _end : Interpret(piece[^rest..], ref sink);
    }

    private DecodeStatus Interpret<TSink>(scoped ReadOnlySpan<byte> piece, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        var status = Run(piece, ref sink, out var taken);
        if (status != DecodeStatus.NeedMoreData) return End(status);
        Carry(piece[taken..]);
        return status;
    }

    /// <summary>Completes the unit that the last piece cut, in the scratch, then goes on in the piece itself.</summary>
    private DecodeStatus ReadCarried<TSink>(scoped ReadOnlySpan<byte> piece, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        while (true)
        {
            var before = _carried;
            var room = Math.Min(piece.Length, Math.Min(CarryStep, BodyScratch.Size - before));
            Carry(piece[..room]);
            if (_fallbackOf > 0)
            {
                if (_carried < ApiVersionsFallback.Prefix) return DecodeStatus.NeedMoreData;
                if (!TryChooseVersion(_scratch)) return End(DecodeStatus.Failed);
            }

            var total = _carried;
            _carried = 0;
            _isPlain = true;
            var status = Run(((ReadOnlySpan<byte>)_scratch)[..total], ref sink, out var taken);
            if (status != DecodeStatus.NeedMoreData) return End(status);
            if (taken >= before) return ReadPiece(piece[(taken - before)..], ref sink);
            Carry(((ReadOnlySpan<byte>)_scratch)[taken..total]);
            piece = piece[room..];
            if (piece.IsEmpty) return DecodeStatus.NeedMoreData;
        }
    }

    private DecodeStatus End(DecodeStatus status)
    {
        _isPlain = false;
        _end = status;
        return status;
    }

    private void Carry(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(((Span<byte>)_scratch)[_carried..]);
        _carried += bytes.Length;
        _isPlain = _carried == 0;
    }

    /// <summary>Reads on in version 0 when the body turns out to answer so.</summary>
    /// <param name="bytes">The start of the body, long enough to tell.</param>
    /// <returns>False when the body is of a version that the schema does not know.</returns>
    private bool TryChooseVersion(scoped ReadOnlySpan<byte> bytes)
    {
        var isFallback = ApiVersionsFallback.Begins(_fallbackOf, bytes, _left);
        _fallbackOf = 0;
        if (!isFallback) return Error == DecodeError.None;
        IsFallback = KafkaSchema.TryGetProgram(ApiVersionsKey, 0, MessageKind.Response, out _pc, out _hot);
        Error = DecodeError.None;
        return true;
    }
}
