using System.Buffers;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>Subscriptions and assignments of consumers: a property of valid JSON, or nothing. The first byte says which of them it is.</summary>
internal sealed class ConsumerProtocolTarget : IFuzzTarget
{
    public string Name => "consumer-protocol";

    public long AllocationLimit(int length) => (1 << 20) + (4000L * length);

    public byte[] MakeSeed(Random random)
    {
        var isSubscription = random.Next(2) == 0;
        var message = Codec.Tests.Repository.Schema.Data.Single(part => part.Name.EndsWith(isSubscription ? "Subscription" : "Assignment", StringComparison.Ordinal));
        var version = random.Next(message.Versions.Max + 1);
        var (body, _) = RandomMessage.Make(random, message, MessageKind.Request, version);
        return [(byte)(isSubscription ? 0 : 1), 0, (byte)version, .. body];
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        if (input.IsEmpty)
            return;
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        ConsumerProtocol.TryWrite((input[0] & 1) == 0 ? WireType.Subscription : WireType.Assignment, input[1..], writer);
        writer.WriteEndObject();
        writer.Flush();
        transcript.Say(0, json.WrittenSpan);
        using var document = JsonDocument.Parse(json.WrittenMemory);
        foreach (var property in document.RootElement.EnumerateObject())
            transcript.Say(property.Name.Length, property.Value.GetProperty("version").GetInt32());
    }
}
