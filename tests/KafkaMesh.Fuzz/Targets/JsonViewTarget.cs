using System.Buffers;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>
/// The JSON view: valid JSON or a named error; a body that has a view is one that the body reader reads; the view encodes to a
/// canonical body, which decodes and encodes to itself.
/// </summary>
internal sealed class JsonViewTarget : IFuzzTarget
{
    public string Name => "json-view";

    public long AllocationLimit(int length) => (1 << 20) + (4000L * length);

    public byte[] MakeSeed(Random random)
    {
        var target = MessageInput.Pick(random);
        return MessageInput.Write(target, random.Next(2) == 0 ? RandomMessage.Make(random, target) : RandomMessage.MakeCanonical(random, target));
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        var target = MessageInput.Read(input, out var body);
        transcript.Say((target.ApiKey << 8) + target.Version, (long)target.Kind);
        var error = View(target.ApiKey, target.Version, target.Kind, body, out var json);
        transcript.Say((int)error);
        if (error != DecodeError.None)
            return;
        transcript.Say(1, json.Span);
        using var view = JsonDocument.Parse(json);

        var reader = new BodyReader();
        var sink = new TranscriptSink(transcript);
        if (!reader.TryStart(target.ApiKey, target.Version, target.Kind, body.Length) || reader.Read(body, ref sink) != DecodeStatus.Done)
            throw new ViolationException($"a body that has a view is refused by the body reader: {reader.Error}");

        // An answer in version 0 to another version is encoded as version 0; bytes behind the body are not encoded at all.
        if (reader.IsFallback || reader.TrailingBytes > 0)
            return;
        var encoded = new ArrayBufferWriter<byte>();
        var encodeError = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, view.RootElement, encoded, out var place);
        transcript.Say(10_000 + (int)encodeError);

        // Bytes that are no UTF-8 cannot come back.
        if (view.RootElement.TryGetProperty("invalidStrings"u8, out _))
        {
            if (encodeError != EncodeError.InvalidText)
                throw new ViolationException($"a view that lost bytes of strings is encoded: {encodeError}");
            return;
        }

        if (encodeError != EncodeError.None)
            throw new ViolationException($"its own view cannot be encoded: {encodeError} at {place}");
        if (View(target.ApiKey, target.Version, target.Kind, encoded.WrittenSpan, out var again) != DecodeError.None)
            throw new ViolationException("its encoded view has no view");

        // What was encoded is canonical: from here on nothing changes any more.
        var canonical = new ArrayBufferWriter<byte>();
        using var secondView = JsonDocument.Parse(again);
        if (BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, secondView.RootElement, canonical, out _) != EncodeError.None || !canonical.WrittenSpan.SequenceEqual(encoded.WrittenSpan))
            throw new ViolationException("what was encoded is decoded and encoded to something else");
    }

    private static DecodeError View(short apiKey, short version, MessageKind kind, ReadOnlySpan<byte> body, out ReadOnlyMemory<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        var error = JsonView.Write(apiKey, version, kind, body, writer, JsonViewOptions.RecordData);
        writer.Flush();
        json = buffer.WrittenMemory;
        return error;
    }
}
