using System.Text;

namespace KafkaMesh.Proxy.Admin;

/// <summary>The head of an HTTP/1 request, as far as a server without request bodies needs it (RFC 9112, sections 2-6).</summary>
/// <param name="Method">As sent.</param>
/// <param name="Path">The target without its query.</param>
/// <param name="KeepAlive">The client may send another request.</param>
/// <param name="Query">What follows the question mark, still encoded; empty when there is none.</param>
/// <param name="Accept">Media types that the client prefers, several fields joined; empty when it names none.</param>
/// <param name="Authorization">As sent; empty when there is none.</param>
internal readonly record struct RequestHead(string Method, string Path, bool KeepAlive, string Query = "", string Accept = "", string Authorization = "")
{
    /// <summary>Longest head in bytes.</summary>
    public const int MaxLength = 8 * 1024;

    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <summary>Reads a head from the start of the buffer.</summary>
    /// <param name="buffer">What was received so far.</param>
    /// <param name="head">The head when the result is <see cref="RequestHeadStatus.Complete"/>.</param>
    /// <param name="length">Its bytes.</param>
    public static RequestHeadStatus TryRead(ReadOnlySpan<byte> buffer, out RequestHead head, out int length)
    {
        head = default;
        length = 0;
        if (buffer.Length > 0 && !char.IsAsciiLetterUpper((char)buffer[0]))
        {
            return RequestHeadStatus.Malformed; // TLS, a binary protocol: it would never send the end that we wait for.
        }

        int end = buffer.IndexOf(End);
        if (end < 0)
        {
            return buffer.Length >= MaxLength ? RequestHeadStatus.TooLong : RequestHeadStatus.Incomplete;
        }

        length = end + End.Length;
        ReadOnlySpan<byte> rest = buffer[..(end + 2)];
        return TryReadRequestLine(NextLine(ref rest), out head, out bool isHttp11) && TryReadFields(rest, isHttp11, ref head)
            ? RequestHeadStatus.Complete
            : RequestHeadStatus.Malformed;
    }

    private static bool TryReadRequestLine(ReadOnlySpan<byte> line, out RequestHead head, out bool isHttp11)
    {
        head = default;
        isHttp11 = line.EndsWith(" HTTP/1.1"u8);
        if (!isHttp11 && !line.EndsWith(" HTTP/1.0"u8))
        {
            return false;
        }

        line = line[..^" HTTP/1.1".Length];
        int space = line.IndexOf((byte)' ');
        if (space <= 0 || line.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
        {
            return false;
        }

        ReadOnlySpan<byte> target = line[(space + 1)..];
        int query = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = query < 0 ? target : target[..query];
        if (path.Length == 0 || path[0] != (byte)'/')
        {
            return false;
        }

        string text = query < 0 ? "" : Encoding.ASCII.GetString(target[(query + 1)..]);
        head = new RequestHead(Encoding.ASCII.GetString(line[..space]), Encoding.ASCII.GetString(path), isHttp11, text);
        return !target.Contains((byte)' ');
    }

    private static bool TryReadFields(ReadOnlySpan<byte> rest, bool isHttp11, ref RequestHead head)
    {
        bool hasHost = false;
        bool hasBody = false;
        while (rest.Length > 0)
        {
            ReadOnlySpan<byte> line = NextLine(ref rest);
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
            {
                return false;
            }

            ReadOnlySpan<byte> name = line[..colon];
            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
            hasHost |= Ascii.EqualsIgnoreCase(name, "Host"u8);
            hasBody |= Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8) || (Ascii.EqualsIgnoreCase(name, "Content-Length"u8) && !value.SequenceEqual("0"u8));
            if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
            {
                head = head with { KeepAlive = !Ascii.EqualsIgnoreCase(value, "close"u8) && (isHttp11 || Ascii.EqualsIgnoreCase(value, "keep-alive"u8)) };
            }
            else if (Ascii.EqualsIgnoreCase(name, "Accept"u8))
            {
                head = head with { Accept = head.Accept.Length == 0 ? Encoding.ASCII.GetString(value) : head.Accept + "," + Encoding.ASCII.GetString(value) };
            }
            else if (Ascii.EqualsIgnoreCase(name, "Authorization"u8))
            {
                if (head.Authorization.Length > 0)
                {
                    return false; // which of the two would count?
                }

                head = head with { Authorization = Encoding.ASCII.GetString(value) };
            }
        }

        // A body is not read: what follows this head is no request.
        head = head with { KeepAlive = head.KeepAlive && !hasBody };
        return hasHost || !isHttp11;
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = rest[..end];
        rest = rest[(end + 2)..];
        return line;
    }
}
