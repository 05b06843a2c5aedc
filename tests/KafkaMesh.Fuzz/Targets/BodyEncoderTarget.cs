using System.Buffers;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>The encoder: any JSON gives a body that the reader takes to its last byte, or a named error and no byte at all.</summary>
internal sealed class BodyEncoderTarget : IFuzzTarget
{
    public string Name => "body-encoder";

    public IReadOnlyList<string> Tokens { get; } =
        ["null", "true", "false", "-1", "0", "65536", "9223372036854775808", "1e400", "0.5", "\"\"", "\"\\ud800\"", "\"AAAA\"", "\"Infinity\"", "[]", "{}", "[{}]", ",", ":", "{\"tag\":7,\"data\":\"AQ==\"}", "\"_unknownTaggedFields\":[]", "\"sizeInBytes\":3", "\"data\":\"AQID\""];

    public long AllocationLimit(int length) => (1 << 20) + (4000L * length);

    public byte[] MakeSeed(Random random)
    {
        var target = MessageInput.Pick(random);
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        JsonView.Write(target.ApiKey, target.Version, target.Kind, RandomMessage.MakeCanonical(random, target), writer, JsonViewOptions.RecordData);
        writer.Flush();
        return MessageInput.Write(target, json.WrittenSpan);
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        var target = MessageInput.Read(input, out var json);
        transcript.Say((target.ApiKey << 8) + target.Version, (long)target.Kind);
        if (TryParse(json) is not { } document)
            return;
        using (document)
        {
            var output = new ArrayBufferWriter<byte>();
            var error = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, document.RootElement, output, out var place);
            transcript.Say(10_000 + (int)error, output.WrittenCount);
            if (error != EncodeError.None)
            {
                if (output.WrittenCount > 0)
                    throw new ViolationException($"{output.WrittenCount} bytes were written before {error} at {place}");
                return;
            }

            var reader = new BodyReader();
            var sink = new TranscriptSink(transcript);
            if (!reader.TryStart(target.ApiKey, target.Version, target.Kind, output.WrittenCount) || reader.Read(output.WrittenSpan, ref sink) != DecodeStatus.Done || (reader.TrailingBytes > 0 && !reader.IsFallback))
                throw new ViolationException($"what was encoded is no body: {reader.Error}, {reader.TrailingBytes} bytes behind its end");
        }
    }

    private static JsonDocument? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return JsonDocument.TryParseValue(ref reader, out var document) ? document : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
