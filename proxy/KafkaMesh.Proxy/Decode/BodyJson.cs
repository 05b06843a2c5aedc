using System.Buffers;
using System.Text.Json;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Adds to a line the view of a body, or why there is none.</summary>
internal sealed class BodyJson(JsonViewOptions options)
{
    private readonly ArrayBufferWriter<byte> _view = new();

    /// <summary>Writes <c>body</c> or <c>bodyError</c> into the open object.</summary>
    /// <param name="frame">What the body belongs to.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="isWhole">Whether all of them were kept.</param>
    /// <param name="json">Receives the property.</param>
    public void Write(in FrameTrace frame, ReadOnlyMemory<byte> body, bool isWhole, Utf8JsonWriter json)
    {
        if (!isWhole)
        {
            json.WriteString("bodyError", frame.ApiKey == KafkaSession.SaslAuthenticateKey ? "Withheld" : "TooLong");
            return;
        }

        // A body that proves wrong in its middle must not spoil the line.
        _view.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_view, json.Options);
        var kind = frame.Flow == RelayFlow.Request ? MessageKind.Request : MessageKind.Response;
        var error = JsonView.Write(frame.ApiKey, frame.ApiVersion, kind, body.Span, writer, options);
        if (error != DecodeError.None)
        {
            json.WriteString("bodyError", error.ToString());
            return;
        }

        writer.Flush();
        json.WritePropertyName("body");
        json.WriteRawValue(_view.WrittenSpan, skipInputValidation: true);
    }
}
