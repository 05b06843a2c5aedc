using System.Buffers;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>
/// Encodes a view back to the bytes of a body, for tools and tests. What <see cref="JsonView"/> makes of canonical bytes gives the
/// same bytes again: the tagged fields that stand in the view are sent, tags ascend, lengths take their shortest form.
/// Properties that a view only adds (<c>trailingBytes</c>, <c>_subscription</c>, <c>_assignment</c>) are passed over; one with
/// <c>invalidStrings</c> has lost bytes and is refused.
/// </summary>
public static class BodyEncoder
{
    /// <summary>Encodes a body.</summary>
    /// <param name="apiKey">API key of the request, also for its response.</param>
    /// <param name="apiVersion">Version to write.</param>
    /// <param name="kind">Which half of the exchange it is.</param>
    /// <param name="body">The view: an object.</param>
    /// <param name="output">Receives the bytes; nothing after an error.</param>
    /// <param name="place">Where the error is, as the path of names from the body; empty without one.</param>
    /// <returns>None, or why the view is no such body.</returns>
    public static EncodeError Encode(short apiKey, short apiVersion, MessageKind kind, JsonElement body, IBufferWriter<byte> output, out string place)
    {
        ArgumentNullException.ThrowIfNull(output);
        place = "";
        if (ApiVersionsFallback.IsView(apiKey, apiVersion, kind, body)) apiVersion = 0;
        if (LayoutTable.Find(LayoutTable.ContentOf(apiKey, kind), apiVersion) is not { } layout) return EncodeError.UnknownVersion;
        var encoder = new FieldsEncoder(apiVersion, layout.Flexible.Contains(apiVersion));
        var bytes = new ArrayBufferWriter<byte>();
        if (encoder.WriteFields(layout.Fields, body, bytes)) output.Write(bytes.WrittenSpan);
        place = encoder.Place;
        return encoder.Error;
    }

    /// <summary>Encodes a body from the text of its view.</summary>
    /// <param name="apiKey">API key of the request, also for its response.</param>
    /// <param name="apiVersion">Version to write.</param>
    /// <param name="kind">Which half of the exchange it is.</param>
    /// <param name="json">The view: UTF-8, one object, nested no deeper than 64.</param>
    /// <param name="output">Receives the bytes; nothing after an error.</param>
    /// <param name="place">Where the error is, as the path of names from the body, or the line and byte of malformed JSON; empty without one.</param>
    /// <returns>None, or why the text is no such body; never throws on text.</returns>
    public static EncodeError Encode(short apiKey, short apiVersion, MessageKind kind, ReadOnlyMemory<byte> json, IBufferWriter<byte> output, out string place)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Encode(apiKey, apiVersion, kind, document.RootElement, output, out place);
        }
        catch (JsonException exception)
        {
            place = FormattableString.Invariant($"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            return EncodeError.MalformedJson;
        }
    }
}
