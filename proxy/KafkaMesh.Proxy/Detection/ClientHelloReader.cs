using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Detection;

/// <summary>
/// Puts a ClientHello together from the first bytes of a TLS connection, however they are cut into segments and records
/// (RFC 8446 section 5.1), and has it read. It keeps at most <see cref="MaxBytes"/> of them, and none once it is done.
/// </summary>
/// <remarks>
/// <code>
/// record     type u8 = 22, version u16, length u16 | fragment
/// handshake  type u8 = 1, length u24 | ClientHello
/// </code>
/// </remarks>
internal sealed class ClientHelloReader
{
    /// <summary>Longest ClientHello that is looked at, in bytes: several times what post-quantum key shares need.</summary>
    public const int MaxBytes = 1 << 14;

    private const int RecordHeader = 5;
    private const int HandshakeHeader = 4;
    private const int FirstBytes = 1024;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;

    private readonly byte[] _header = new byte[RecordHeader];
    private byte[] _message = new byte[FirstBytes];
    private int _headerLength;
    private int _fragmentLeft;
    private int _length;

    /// <summary>What the client said; null until and unless the status is <see cref="ClientHelloStatus.Done"/>.</summary>
    public ClientHello? Hello { get; private set; }

    /// <summary>What was made of the bytes so far; once it is not NeedMoreData, more bytes change nothing.</summary>
    public ClientHelloStatus Status { get; private set; }

    /// <summary>Takes the next bytes of the client.</summary>
    public ClientHelloStatus Read(ReadOnlySpan<byte> input)
    {
        while (Status == ClientHelloStatus.NeedMoreData && !input.IsEmpty)
        {
            if (_fragmentLeft == 0)
                ReadHeader(ref input);
            else
                ReadFragment(ref input);
        }

        return Status;
    }

    private void ReadHeader(ref ReadOnlySpan<byte> input)
    {
        var take = Math.Min(RecordHeader - _headerLength, input.Length);
        input[..take].CopyTo(_header.AsSpan(_headerLength));
        input = input[take..];
        _headerLength += take;
        if (_headerLength < RecordHeader)
            return;
        _headerLength = 0;
        _fragmentLeft = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
        if (_header[0] != HandshakeRecord || _fragmentLeft == 0)
            End(ClientHelloStatus.Malformed);
    }

    private void ReadFragment(ref ReadOnlySpan<byte> input)
    {
        var take = Math.Min(Math.Min(_fragmentLeft, input.Length), MaxBytes - _length);
        if (_length + take > _message.Length)
            Array.Resize(ref _message, Math.Min(MaxBytes, Math.Max(_message.Length * 2, _length + take)));
        input[..take].CopyTo(_message.AsSpan(_length));
        input = input[take..];
        _length += take;
        _fragmentLeft -= take;
        if (_length < HandshakeHeader)
            return;
        var length = (_message[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(_message.AsSpan(2));
        if (_message[0] != ClientHelloMessage)
            End(ClientHelloStatus.Malformed);
        else if (length > MaxBytes - HandshakeHeader)
            End(ClientHelloStatus.TooLong);
        else if (_length >= HandshakeHeader + length)
            Parse(_message.AsSpan(HandshakeHeader, length));
    }

    private void Parse(ReadOnlySpan<byte> message)
    {
        Hello = ClientHelloParser.Parse(message);
        End(Hello is null ? ClientHelloStatus.Malformed : ClientHelloStatus.Done);
    }

    private void End(ClientHelloStatus status)
    {
        Status = status;
        _message = [];
    }
}
