using System.Buffers.Binary;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>
/// Decodes a whole body into JSON: names and values as Kafka's own JSON has them, records as
/// <c>{"sizeInBytes": n, "batches": […]}</c>, unknown tagged fields as <c>"_unknownTaggedFields": [{"tag": n, "data": base64}]</c>,
/// tagged fields only when they were sent, bytes behind the body as <c>"trailingBytes": n</c>. For tools, off the
/// metrics path. Subscriptions and assignments of consumers stand beside the bytes that hold them, as <c>_subscription</c> and
/// <c>_assignment</c>.
/// </summary>
public static class JsonView
{
    private const short ApiVersionsKey = 18;
    private const short UnsupportedVersion = 35;
    private const int FallbackPrefix = 6;
    private const int FallbackEntry = 6;

    /// <summary>Writes the body as one JSON object.</summary>
    /// <param name="apiKey">API key of the request, also for its response.</param>
    /// <param name="apiVersion">Version of the request, also for its response.</param>
    /// <param name="kind">Which half of the exchange it is.</param>
    /// <param name="body">From the end of the header to the end of the frame.</param>
    /// <param name="writer">Receives the object. After an error it holds a part of it: reset it.</param>
    /// <param name="options">What to add.</param>
    /// <returns>None, or why the bytes are no such body; never throws on bytes.</returns>
    public static DecodeError Write(
        short apiKey,
        short apiVersion,
        MessageKind kind,
        ReadOnlySpan<byte> body,
        Utf8JsonWriter writer,
        JsonViewOptions options = JsonViewOptions.None)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var version = IsFallback(apiKey, apiVersion, kind, body) ? (short)0 : apiVersion;
        if (LayoutTable.Find(LayoutTable.ContentOf(apiKey, kind), version) is not { } layout) return DecodeError.UnknownVersion;
        return new FieldsWriter(layout, version, body, writer, options).WriteMessage();
    }

    /// <summary>
    /// Whether a broker that lacks the version asked for answered in version 0 (KIP-511): error 35 and a count of 6-byte entries
    /// that fit the body; a later version's body has a tiny compact count there.
    /// </summary>
    private static bool IsFallback(short apiKey, short version, MessageKind kind, ReadOnlySpan<byte> body)
    {
        if (apiKey != ApiVersionsKey || version == 0 || kind != MessageKind.Response || body.Length < FallbackPrefix) return false;
        var entries = BinaryPrimitives.ReadInt32BigEndian(body[sizeof(short)..]);
        return BinaryPrimitives.ReadInt16BigEndian(body) == UnsupportedVersion && entries >= 0 && entries <= (body.Length - FallbackPrefix) / FallbackEntry;
    }
}
