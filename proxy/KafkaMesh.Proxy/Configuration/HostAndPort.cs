using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Configuration;

/// <summary><c>host:port</c>, <c>1.2.3.4:port</c> or <c>[v6]:port</c>.</summary>
/// <param name="Host">Address or host name, without brackets.</param>
/// <param name="Port">1-65535; 0 too where it is a port to listen on.</param>
internal readonly record struct HostAndPort(string Host, int Port)
{
    /// <summary>As it is written.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Reads one; the default is left when the text is none.</summary>
    public static bool TryParse(string text, out HostAndPort result)
    {
        result = default;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        string host = text[..colon];
        if (host is ['[', .. string inner, ']'])
        {
            result = new HostAndPort(inner, port);
            return TryParseAddress(inner, out IPAddress address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        result = new HostAndPort(host, port);
        return !host.Contains(':') && IsHost(host);
    }

    /// <summary>Reads an address in its usual notation: four decimal parts, or IPv6 without brackets.</summary>
    public static bool TryParseAddress(string text, out IPAddress address)
    {
        // IPAddress.TryParse also takes "1", "0x7f.1" and octal parts, which other programs read as something else.
        bool parsed = IPAddress.TryParse(text, out IPAddress? found) && (found.AddressFamily == AddressFamily.InterNetworkV6 || found.ToString() == text);
        address = found ?? IPAddress.None;
        return parsed;
    }

    private static bool IsHost(string host)
    {
        bool digitsOnly = host.All(c => char.IsAsciiDigit(c) || c == '.');
        return digitsOnly ? TryParseAddress(host, out _) : host.Length <= 253 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }
}
