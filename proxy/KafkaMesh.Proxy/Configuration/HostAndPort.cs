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
        if (text.Contains(':'))
        {
            bool isV6 = IPAddress.TryParse(text, out IPAddress? found);
            address = found ?? IPAddress.None;
            return isV6;
        }

        return TryParseV4(text, out address);
    }

    // IPAddress.TryParse also takes "1", "0x7f.1" and octal parts, which other programs read as something else.
    private static bool TryParseV4(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        Span<byte> parts = stackalloc byte[4];
        for (int i = 0; i < 4; i++)
        {
            int end = i < 3 ? text.IndexOf('.') : text.Length;
            if (end is < 1 or > 3 || (end > 1 && text[0] == '0') || !byte.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out parts[i]))
            {
                return false;
            }

            text = text[Math.Min(end + 1, text.Length)..];
        }

        address = new IPAddress(parts);
        return true;
    }

    private static bool IsHost(string host)
    {
        bool digitsOnly = true;
        foreach (char c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }

            digitsOnly &= char.IsAsciiDigit(c) || c == '.';
        }

        return digitsOnly ? TryParseAddress(host, out _) : host.Length <= 253;
    }
}
