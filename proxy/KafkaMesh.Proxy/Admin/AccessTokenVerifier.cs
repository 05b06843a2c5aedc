using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KafkaMesh.Contracts.Access;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// Checks tokens of the form of <see cref="AccessToken"/>: the algorithm is pinned, no claim is believed before the signature was checked, and
/// whatever is wrong gives the same answer. What claims to be for another pod or time is refused without the signature, which costs far more to check
/// than all the rest. Used by the admin thread only.
/// </summary>
internal sealed class AccessTokenVerifier(AccessKey key, string podUid, TimeProvider time)
{
    private const int SignatureBytes = 64;

    // Made at the first token: a sidecar that nobody asks from outside never loads the cryptographic library.
    private readonly Lazy<ECDsa> _key = new(key.Open);

    /// <summary>What a token claims, before its signature is checked; null when it is not valid here and now whatever its signature.</summary>
    /// <param name="token">As the caller sent it.</param>
    public ClaimedToken? Read(string token)
    {
        string[] parts = token.Length <= AccessToken.MaxLength ? token.Split('.') : [];
        if (parts.Length != 3 || !TryDecode(parts[0], out byte[] header) || !TryDecode(parts[1], out byte[] claims) || !TryDecode(parts[2], out byte[] signature))
        {
            return null;
        }

        return signature.Length == SignatureBytes && IsHeader(header) && ReadScopes(claims) is { Length: > 0 } scopes
            ? new ClaimedToken(token[..(parts[0].Length + 1 + parts[1].Length)], signature, scopes)
            : null;
    }

    /// <summary>Whether the operator has signed it.</summary>
    /// <exception cref="CryptographicException">The key cannot be used.</exception>
    public bool IsSigned(ClaimedToken token) => _key.Value.VerifyData(
        Encoding.ASCII.GetBytes(token.Content), token.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    // The decoder alone would pass over white space and padding, which RFC 7515 section 2 does not allow, and over unused bits.
    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
        return Base64Url.EncodeToString(bytes) == text;
    }

    private static bool IsHeader(byte[] header)
    {
        using JsonDocument? json = Parse(header);
        return json is not null
            && Text(json.RootElement, "alg") == AccessToken.Algorithm
            && Text(json.RootElement, "typ") == AccessToken.Type
            && !json.RootElement.TryGetProperty("crit", out _);
    }

    private string[]? ReadScopes(byte[] claims)
    {
        using JsonDocument? json = Parse(claims);
        return json is not null && Text(json.RootElement, "aud") == podUid && IsCurrent(json.RootElement) ? Text(json.RootElement, "scope")?.Split(' ') : null;
    }

    private bool IsCurrent(JsonElement claims)
    {
        if (!TryGetTime(claims, "iat", out long issued) || !TryGetTime(claims, "exp", out long expires))
        {
            return false;
        }

        long now = time.GetUtcNow().ToUnixTimeSeconds();
        return issued <= now + (long)AccessToken.ClockSkew.TotalSeconds
            && now < expires
            && expires >= issued
            && expires - issued <= (long)AccessToken.Lifetime.TotalSeconds;
    }

    // Bounded, so that no sum or difference of two overflows.
    private static bool TryGetTime(JsonElement claims, string name, out long seconds)
    {
        seconds = 0;
        return claims.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out seconds)
            && seconds is > 0 and < 1L << 40;
    }

    private static JsonDocument? Parse(byte[] json)
    {
        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair
        }
    }
}
