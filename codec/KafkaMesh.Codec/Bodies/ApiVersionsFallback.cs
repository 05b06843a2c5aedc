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
    private const int Entry = 6;

    /// <summary>Bytes that tell: the error and the number of entries.</summary>
    public const int Prefix = 6;

    /// <summary>Whether a body is such an answer.</summary>
    public static bool IsBody(short apiKey, short version, MessageKind kind, ReadOnlySpan<byte> body) =>
        MayAnswer(apiKey, version, kind, body.Length) && Begins(version, body, body.Length);

    /// <summary>Whether a body may be such an answer: its first bytes tell.</summary>
    public static bool MayAnswer(short apiKey, short version, MessageKind kind, int bodyLength) =>
        MayAnswer(apiKey, version, kind) && bodyLength >= Prefix;

    /// <summary>Whether a body that may be such an answer is one.</summary>
    /// <param name="version">The version asked for, above 0.</param>
    /// <param name="start">At least its first <see cref="Prefix"/> bytes.</param>
    /// <param name="bodyLength">Length of the whole body.</param>
    /// <remarks>
    /// A flexible body has a tiny compact count where the fallback's count reads as an impossible one; some brokers write bytes behind
    /// the entries (librdkafka's mock cluster: one). Versions 1 and 2 begin as version 0 does and go on with a throttle time: they are
    /// what was asked for if it is there.
    /// </remarks>
    public static bool Begins(short version, ReadOnlySpan<byte> start, int bodyLength)
    {
        var entries = BinaryPrimitives.ReadInt32BigEndian(start[sizeof(short)..]);
        if (BinaryPrimitives.ReadInt16BigEndian(start) != UnsupportedVersion || entries < 0) return false;
        var behind = bodyLength - Prefix - ((long)entries * Entry);
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
