using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Detection;

/// <summary>
/// Tells from the first bytes that a client sent what a connection carries. It keeps at most <see cref="PrefixBytes"/> of
/// them, decides as early as they allow, and no byte waits for it.
/// </summary>
/// <remarks>
/// <code>
/// Kafka   size i32 | key i16, version i16, correlation id i32, client id i16   a known key, a version near the known ones
/// SASL    size i32 | 60 len 06 …                                              GSSAPI initial token (RFC 2743 section 3.1)
/// TLS     16 03 0x len len 01                                                 ClientHello (RFC 8446 section 5.1)
/// HTTP    a method, a space and the begin of a target, or "PRI * "            (RFC 9112 section 3, RFC 9113 section 3.4)
/// </code>
/// The size of a Kafka frame begins with 00-06, so no two of these share a first segment of five bytes.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct ProtocolDetector
{
    /// <summary>Bytes that every decision can be made from.</summary>
    public const int PrefixBytes = KafkaPrefix;

    /// <summary>Versions beyond the newest known one that a first request may have: a newer client asks ApiVersions with its own newest.</summary>
    public const int NewerVersions = 3;

    private const int SizePrefix = 4;
    private const int KafkaPrefix = SizePrefix + 10;
    private const int SmallestRequest = 8;
    private const int LargestToken = 1 << 20;
    private const byte TlsHandshake = 0x16;
    private const byte GssApiTag = 0x60;
    private const byte OidTag = 0x06;

    private Prefix _prefix;
    private int _length;

    /// <summary>The bytes seen so far: to be shown to whoever takes over after the verdict.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ReadOnlySpan<byte> Seen => ((ReadOnlySpan<byte>)_prefix)[.._length];

    /// <summary>Takes bytes until a verdict is possible.</summary>
    /// <param name="input">What the client sent; advanced by what was taken.</param>
    /// <returns>The verdict; <see cref="ConnectionProtocol.Silent"/> while it needs more.</returns>
    public ConnectionProtocol Examine(ref ReadOnlySpan<byte> input)
    {
        var take = Math.Min(PrefixBytes - _length, input.Length);
        input[..take].CopyTo(((Span<byte>)_prefix)[_length..]);
        input = input[take..];
        _length += take;
        return Classify(Seen);
    }

    /// <summary>The verdict on the first bytes of a connection, however many.</summary>
    /// <returns><see cref="ConnectionProtocol.Silent"/> while more bytes are needed.</returns>
    public static ConnectionProtocol Classify(ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty)
            return ConnectionProtocol.Silent;
        if (prefix[0] == TlsHandshake)
            return Verdict(LooksLikeTls(prefix), ConnectionProtocol.Tls);
        if (prefix[0] >= 'A')
            return Verdict(LooksLikeHttp(prefix), ConnectionProtocol.Http);
        if (prefix.Length > SizePrefix && prefix[SizePrefix] == GssApiTag)
            return Verdict(LooksLikeGssApi(prefix), ConnectionProtocol.Sasl);
        return Verdict(LooksLikeKafka(prefix), ConnectionProtocol.Kafka);
    }

    /// <summary>Whether bytes can begin a Kafka request frame: true, false, or null while they are too few.</summary>
    /// <param name="prefix">From the frame's size on.</param>
    public static bool? LooksLikeKafka(ReadOnlySpan<byte> prefix)
    {
        if (prefix[0] > FrameReader.DefaultMaxFrameSize >> 24)
            return false;
        if (prefix.Length < SizePrefix)
            return null;
        var size = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (size is < SmallestRequest or > FrameReader.DefaultMaxFrameSize)
            return false;
        if (prefix.Length < SizePrefix + 2)
            return prefix.Length == SizePrefix || prefix[SizePrefix] == 0 ? null : false;
        var apiKey = BinaryPrimitives.ReadInt16BigEndian(prefix[SizePrefix..]);
        if (!KafkaSchema.TryGetVersions(apiKey, out _, out var newest))
            return false;
        if (prefix.Length < SizePrefix + 4)
            return null;
        var version = BinaryPrimitives.ReadInt16BigEndian(prefix[(SizePrefix + 2)..]);
        if (version < 0 || version > newest + NewerVersions)
            return false;
        if (KafkaSchema.GetRequestHeaderVersion(apiKey, version) == 0)
            return true;
        if (prefix.Length < KafkaPrefix)
            return null;
        var clientId = BinaryPrimitives.ReadInt16BigEndian(prefix[(SizePrefix + 8)..]);
        return clientId >= -1 && clientId <= size - 10;
    }

    private static ConnectionProtocol Verdict(bool? matches, ConnectionProtocol protocol) => matches switch
    {
        true => protocol,
        false => ConnectionProtocol.Opaque,
        null => ConnectionProtocol.Silent,
    };

    private static bool? LooksLikeTls(ReadOnlySpan<byte> prefix)
    {
        const int record = 6;
        if (prefix.Length > 1 && prefix[1] != 3)
            return false;
        if (prefix.Length > 2 && prefix[2] > 4)
            return false;
        if (prefix.Length > 3 && prefix[3] > 0x40)
            return false;
        return prefix.Length < record ? null : prefix[5] == 1;
    }

    private static bool? LooksLikeHttp(ReadOnlySpan<byte> prefix)
    {
        foreach (var method in HttpMethods)
        {
            if (method.AsSpan().StartsWith(prefix))
                return null;
            if (prefix.StartsWith(method))
                return BeginsHttpTarget(prefix[method.Length..], isConnect: method[0] == 'C');
        }

        return prefix.StartsWith(Http2Preface) ? true : Http2Preface.StartsWith(prefix) ? null : false;
    }

    /// <summary>A path, *, a URL or, for CONNECT, a host: Redis and others have commands that are spelled like methods.</summary>
    private static bool? BeginsHttpTarget(ReadOnlySpan<byte> target, bool isConnect)
    {
        if (isConnect)
            return char.IsAsciiLetterOrDigit((char)target[0]) || target[0] == '[';
        if (target[0] is (byte)'/' or (byte)'*')
            return true;
        var scheme = "http"u8;
        var length = Math.Min(scheme.Length, target.Length);
        if (!Ascii.EqualsIgnoreCase(target[..length], scheme[..length]))
            return false;
        return length == scheme.Length ? true : null;
    }

    private static bool? LooksLikeGssApi(ReadOnlySpan<byte> prefix)
    {
        var size = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (size is < SmallestRequest or > LargestToken)
            return false;
        if (prefix.Length < SizePrefix + 2)
            return null;
        var first = prefix[SizePrefix + 1];
        var lengthBytes = first < 0x80 ? 0 : first & 0x7f;
        if (lengthBytes > 3)
            return false;
        var oid = SizePrefix + 2 + lengthBytes;
        if (prefix.Length <= oid)
            return null;
        var length = lengthBytes == 0 ? first : 0;
        foreach (var value in prefix.Slice(SizePrefix + 2, lengthBytes))
            length = (length << 8) | value;
        return length == size - 2 - lengthBytes && prefix[oid] == OidTag;
    }

    private static readonly byte[][] HttpMethods =
    [
        "GET "u8.ToArray(), "POST "u8.ToArray(), "PUT "u8.ToArray(), "HEAD "u8.ToArray(), "DELETE "u8.ToArray(),
        "OPTIONS "u8.ToArray(), "PATCH "u8.ToArray(), "CONNECT "u8.ToArray(), "TRACE "u8.ToArray(),
    ];

    private static ReadOnlySpan<byte> Http2Preface => "PRI * "u8;

    [InlineArray(PrefixBytes)]
    private struct Prefix
    {
        private byte _first;
    }
}
