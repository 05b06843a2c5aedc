using System.Buffers.Binary;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>
/// The answer of a broker that lacks the version of ApiVersions asked for: in version 0, with error 35 and an entry of 6 bytes for
/// each range that it knows (KIP-511).
/// </summary>
internal static class ApiVersionsFallback
{
    private const short ApiVersionsKey = 18;
    private const short UnsupportedVersion = 35;
    private const int FirstFlexibleVersion = 3;
    private const int Prefix = 6;
    private const int Entry = 6;

    /// <summary>Whether a body is such an answer.</summary>
    /// <remarks>
    /// A flexible body has a tiny compact count where the fallback's count reads as an impossible one; some brokers write bytes behind
    /// the entries. Versions 1 and 2 begin as version 0 does and go on with a throttle time: they are what was asked for if it is there.
    /// </remarks>
    public static bool IsBody(short apiKey, short version, MessageKind kind, ReadOnlySpan<byte> body)
    {
        if (!MayAnswer(apiKey, version, kind) || body.Length < Prefix) return false;
        var entries = BinaryPrimitives.ReadInt32BigEndian(body[sizeof(short)..]);
        if (BinaryPrimitives.ReadInt16BigEndian(body) != UnsupportedVersion || entries < 0) return false;
        var behind = body.Length - Prefix - ((long)entries * Entry);
        return behind >= 0 && (version >= FirstFlexibleVersion || behind < sizeof(int));
    }

    /// <summary>Whether a view is one of such an answer: the throttle time is in all later versions.</summary>
    public static bool IsView(short apiKey, short version, MessageKind kind, JsonElement view)
    {
        if (!MayAnswer(apiKey, version, kind) || view.ValueKind != JsonValueKind.Object) return false;
        try
        {
            return !view.TryGetProperty("throttleTimeMs"u8, out _) && view.TryGetProperty("errorCode"u8, out var error)
                && error.ValueKind == JsonValueKind.Number && error.TryGetInt16(out var code) && code == UnsupportedVersion;
        }
        catch (InvalidOperationException)
        {
            // A name that is no text: the encoder names it.
            return false;
        }
    }

    private static bool MayAnswer(short apiKey, short version, MessageKind kind) => apiKey == ApiVersionsKey && version > 0 && kind == MessageKind.Response;
}
