using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The position of a chunked list: base64url of <c>{"v":"meta.k8s.io/v1","rv":n,"start":"key"}</c>, as a real server makes it.</summary>
/// <param name="Version">resourceVersion of the list; -1 continues with what is there now.</param>
/// <param name="Start">The key after which to go on, relative to the list's namespace (<c>name</c> or <c>namespace/name</c>).</param>
internal sealed record ContinueToken(long Version, string Start)
{
    private const string FormatVersion = "meta.k8s.io/v1";

    /// <summary>The token for a client; <paramref name="slash"/> as in lists of one namespace.</summary>
    public string Encode(bool slash)
    {
        // The real token holds the first possible key after the last one, which is that key with a zero byte; a fresh token of a 410 has no slash.
        var start = (slash && Version >= 0 ? "/" : "") + Start + "\0";
        var json = new JsonObject { ["v"] = FormatVersion, ["rv"] = Version, ["start"] = start }.ToJsonString();
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>Reads a client's token.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static ContinueToken Decode(string text)
    {
        try
        {
            var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
            if (JsonNode.Parse(Convert.FromBase64String(padded)) is JsonObject token
                && token["v"]?.GetValue<string>() == FormatVersion
                && JsonNumber.ReadInteger(token["rv"]) is { } version
                && token["start"]?.GetValue<string>() is { Length: > 0 } start)
            {
                return new ContinueToken(version, start.TrimStart('/').TrimEnd('\0'));
            }

            throw ApiErrors.BadRequest("invalid continue token: continue key is not valid: unrecognized encoded version");
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw ApiErrors.BadRequest($"invalid continue token: continue key is not valid: {FirstCharacter(text)}");
        }
    }

    private static string FirstCharacter(string text)
    {
        // Go's decoder names the first byte that cannot begin a JSON value.
        var buffer = new byte[text.Length];
        var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
        if (!Convert.TryFromBase64String(padded, buffer, out var count) || count == 0)
        {
            return "illegal base64 data at input byte 0";
        }

        var first = buffer[0];
        var shown = first is >= 0x20 and < 0x7f ? ((char)first).ToString() : $"\\u{first:x4}";
        return $"invalid character '{shown}' looking for beginning of value";
    }
}
