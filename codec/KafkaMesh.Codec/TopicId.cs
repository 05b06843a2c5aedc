using System.Buffers.Binary;
using System.Buffers.Text;

namespace KafkaMesh.Codec;

/// <summary>A topic's id (KIP-516): 16 bytes, printed as Kafka does, in base64url without padding.</summary>
/// <param name="High">The first eight bytes, big-endian.</param>
/// <param name="Low">The last eight bytes, big-endian.</param>
public readonly record struct TopicId(ulong High, ulong Low)
{
    /// <summary>Length of an id on the wire.</summary>
    public const int SizeInBytes = 16;

    /// <summary>Whether this is the zero id, which stands for "none".</summary>
    public bool IsZero => (High | Low) == 0;

    /// <summary>Reads an id from its wire form.</summary>
    /// <param name="bytes">At least <see cref="SizeInBytes"/> bytes.</param>
    public static TopicId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>The 22 characters that Kafka's tools print.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return Base64Url.EncodeToString(bytes);
    }
}
