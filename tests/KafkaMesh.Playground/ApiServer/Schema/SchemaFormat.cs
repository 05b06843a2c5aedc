using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>The string formats that the API server checks in custom resources.</summary>
internal static class SchemaFormat
{
    private static readonly string[] DateTimeShapes =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>Whether <paramref name="text"/> has the format; unknown formats are no constraint.</summary>
    public static bool Matches(string format, string text) => format switch
    {
        "date-time" => IsDateTime(text),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "byte" => Base64.IsValid(Encoding.UTF8.GetBytes(text)),
        "ipv4" => IPAddress.TryParse(text, out var v4) && v4.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && text.Contains('.', StringComparison.Ordinal),
        "ipv6" => IPAddress.TryParse(text, out var v6) && v6.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "cidr" => text.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(text, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "duration" => GoDuration.TryParse(text, out _),
        _ => true,
    };

    /// <summary>Whether the text is an RFC 3339 time with a zone.</summary>
    public static bool IsDateTime(string text)
        => text.Length is >= 20 and <= 40 && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParseExact(text, DateTimeShapes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
