using System.Buffers.Binary;
using System.Text;

namespace KafkaMesh.Codec.Tests.Generation;

/// <summary>Writes Kafka's primitives; the plainest code possible, since it is what the reader is held against.</summary>
internal sealed class WireWriter
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public WireWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public WireWriter Int8(int value) => Raw((byte)value);

    public WireWriter Int16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
        return Raw(bytes);
    }

    public WireWriter Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return Raw(bytes);
    }

    public WireWriter Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Raw(bytes);
    }

    public WireWriter Varint(uint value)
    {
        while (value >= 0x80)
        {
            Raw((byte)(value | 0x80));
            value >>= 7;
        }

        return Raw((byte)value);
    }

    public WireWriter String(string value) => Int16(value.Length).Raw(Encoding.UTF8.GetBytes(value));

    public WireWriter CompactString(string value) => Varint((uint)value.Length + 1).Raw(Encoding.UTF8.GetBytes(value));

    /// <summary>A batch of magic 2: 61 bytes of header and a payload.</summary>
    public WireWriter Batch(long baseOffset, int attributes, int records, ReadOnlySpan<byte> payload) => Int64(baseOffset)
        .Int32(49 + payload.Length).Int32(-1).Int8(2).Int32(0).Int16(attributes).Int32(records - 1).Int64(1).Int64(2).Int64(-1).Int16(-1).Int32(-1)
        .Int32(records).Raw(payload);

    /// <summary>A message of magic 0 or 1 with a null key.</summary>
    public WireWriter Message(long offset, int magic, int attributes, ReadOnlySpan<byte> value)
    {
        Int64(offset).Int32(14 + (magic == 1 ? 8 : 0) + value.Length).Int32(0).Int8(magic).Int8(attributes);
        if (magic == 1) Int64(1);
        return Int32(-1).Int32(value.Length).Raw(value);
    }
}
