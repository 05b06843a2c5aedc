using System.Buffers.Binary;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Detection;

/// <summary>Reads a whole ClientHello. Every length is checked against what is left of what holds it.</summary>
/// <remarks>
/// <code>
/// ClientHello  version u16, random 32, session id u8+, cipher suites u16+, compression u8+, [extensions u16+]
/// extension    type u16, data u16+
/// server_name  list u16+ of: type u8 = 0 (host_name), name u16+        RFC 6066 section 3
/// ALPN         list u16+ of: name u8+                                  RFC 7301 section 3.1
/// </code>
/// n+ stands for a length of n bits and as many bytes.
/// </remarks>
internal static class ClientHelloParser
{
    /// <summary>How many protocols are kept.</summary>
    public const int MaxProtocols = 16;

    /// <summary>Longest server name, in bytes (RFC 1035 section 2.3.4).</summary>
    public const int MaxServerName = 255;

    private const int VersionAndRandom = 2 + 32;
    private const int ServerNameExtension = 0;
    private const int ProtocolsExtension = 16;
    private const byte HostName = 0;

    /// <summary>Reads a message without its handshake header.</summary>
    /// <returns>Null when it contradicts itself.</returns>
    public static ClientHello? Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length < VersionAndRandom)
            return null;
        var rest = message[VersionAndRandom..];
        if (!TakeShort(ref rest, out _) || !TakeLong(ref rest, out _) || !TakeShort(ref rest, out _))
            return null;
        var extensions = ReadOnlySpan<byte>.Empty; // TLS 1.2 allows a message that ends here
        if (!rest.IsEmpty && (!TakeLong(ref rest, out extensions) || !rest.IsEmpty))
            return null;
        string? serverName = null;
        List<string>? protocols = null;
        while (!extensions.IsEmpty)
        {
            if (extensions.Length < sizeof(ushort))
                return null;
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[sizeof(ushort)..];
            if (!TakeLong(ref extensions, out var data))
                return null;
            if (type == ServerNameExtension && !ReadServerName(data, ref serverName))
                return null;
            if (type == ProtocolsExtension && (protocols = ReadProtocols(data)) is null)
                return null;
        }

        return new ClientHello(serverName, protocols ?? []);
    }

    private static bool ReadServerName(ReadOnlySpan<byte> data, ref string? serverName)
    {
        if (!TakeLong(ref data, out var list) || !data.IsEmpty)
            return false;
        while (!list.IsEmpty)
        {
            var type = list[0];
            list = list[1..];
            if (!TakeLong(ref list, out var name) || name.IsEmpty || name.Length > MaxServerName)
                return false;
            if (type == HostName)
                serverName ??= NameText.FromUtf8(name);
        }

        return true;
    }

    private static List<string>? ReadProtocols(ReadOnlySpan<byte> data)
    {
        if (!TakeLong(ref data, out var list) || !data.IsEmpty)
            return null;
        var protocols = new List<string>();
        while (!list.IsEmpty)
        {
            if (!TakeShort(ref list, out var name) || name.IsEmpty)
                return null;
            if (protocols.Count < MaxProtocols)
                protocols.Add(NameText.FromUtf8(name));
        }

        return protocols;
    }

    private static bool TakeShort(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        return !rest.IsEmpty && Take(ref rest, sizeof(byte), rest[0], out value);
    }

    private static bool TakeLong(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        return rest.Length >= sizeof(ushort) && Take(ref rest, sizeof(ushort), BinaryPrimitives.ReadUInt16BigEndian(rest), out value);
    }

    private static bool Take(scoped ref ReadOnlySpan<byte> rest, int prefix, int length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length > rest.Length - prefix)
            return false;
        value = rest.Slice(prefix, length);
        rest = rest[(prefix + length)..];
        return true;
    }
}
