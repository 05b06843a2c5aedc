using System.Buffers.Binary;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>An input that says which body it is: key i16, version i8, kind i8, then the body.</summary>
internal static class MessageInput
{
    /// <summary>Bytes before the body.</summary>
    public const int Prefix = 4;

    private static readonly Target[] Messages = [.. Target.All()];

    /// <summary>Reads the prefix; an input that is too short stands for the first message.</summary>
    public static Target Read(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> body)
    {
        body = input.Length < Prefix ? default : input[Prefix..];
        return input.Length < Prefix ? Messages[0] : new Target(BinaryPrimitives.ReadInt16BigEndian(input), input[2], (MessageKind)(input[3] & 1));
    }

    /// <summary>One of all messages.</summary>
    public static Target Pick(Random random) => Messages[random.Next(Messages.Length)];

    /// <summary>A prefix and bytes.</summary>
    public static byte[] Write(Target target, ReadOnlySpan<byte> body) => [(byte)(target.ApiKey >> 8), (byte)target.ApiKey, (byte)target.Version, (byte)target.Kind, .. body];

    /// <summary>A whole request frame.</summary>
    public static byte[] Request(Random random, Target target, int correlationId)
    {
        var header = new WireWriter().Int16(target.ApiKey).Int16(target.Version).Int32(correlationId);
        var version = KafkaSchema.GetRequestHeaderVersion(target.ApiKey, target.Version);
        if (version > 0)
            header.Int16(4).Raw("fuzz"u8);
        if (version > 1)
            header.Raw(0);
        return Frame(header.Raw(RandomMessage.Make(random, target with { Kind = MessageKind.Request })).ToArray());
    }

    /// <summary>A whole response frame.</summary>
    public static byte[] Response(Random random, Target target, int correlationId)
    {
        var header = new WireWriter().Int32(correlationId);
        if (KafkaSchema.GetResponseHeaderVersion(target.ApiKey, target.Version) > 0)
            header.Raw(0);
        return Frame(header.Raw(RandomMessage.Make(random, target with { Kind = MessageKind.Response })).ToArray());
    }

    private static byte[] Frame(byte[] content) => new WireWriter().Int32(content.Length).Raw(content).ToArray();
}
