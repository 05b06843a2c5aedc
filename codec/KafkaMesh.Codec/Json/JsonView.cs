using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>
/// Decodes a whole body into JSON: names and values as Kafka's own JSON has them, records as
/// <c>{"sizeInBytes": n, "batches": […]}</c>, unknown tagged fields as <c>"_unknownTaggedFields": [{"tag": n, "data": base64}]</c>,
/// tagged fields only when they were sent, bytes behind the body as <c>"trailingBytes": n</c>. Strings that are not UTF-8 have
/// replacement characters, as Kafka itself decodes them, and <c>"invalidStrings": n</c> says how many there are: what they held
/// cannot be told from the view. For tools, off the metrics path. Subscriptions and assignments of consumers stand beside the bytes that hold them, as <c>_subscription</c> and
/// <c>_assignment</c>.
/// </summary>
public static class JsonView
{
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
        JsonViewOptions options = JsonViewOptions.None) => Write(apiKey, apiVersion, kind, body, writer, options, out _);

    /// <summary>Writes the body as one JSON object, and says where it fails.</summary>
    /// <param name="apiKey">API key of the request, also for its response.</param>
    /// <param name="apiVersion">Version of the request, also for its response.</param>
    /// <param name="kind">Which half of the exchange it is.</param>
    /// <param name="body">From the end of the header to the end of the frame.</param>
    /// <param name="writer">Receives the object. After an error it holds a part of it: reset it.</param>
    /// <param name="options">What to add.</param>
    /// <param name="place">Where the error is, as the path of names from the body: <c>topics[2].name</c>; empty without one.</param>
    /// <returns>None, or why the bytes are no such body; never throws on bytes.</returns>
    public static DecodeError Write(
        short apiKey,
        short apiVersion,
        MessageKind kind,
        ReadOnlySpan<byte> body,
        Utf8JsonWriter writer,
        JsonViewOptions options,
        out string place)
    {
        ArgumentNullException.ThrowIfNull(writer);
        place = "";
        var version = ApiVersionsFallback.IsBody(apiKey, apiVersion, kind, body) ? (short)0 : apiVersion;
        if (LayoutTable.Find(LayoutTable.ContentOf(apiKey, kind), version) is not { } layout) return DecodeError.UnknownVersion;
        var fields = new FieldsWriter(layout, version, body, writer, options);
        var error = fields.WriteMessage();
        place = fields.Place;
        return error;
    }
}
