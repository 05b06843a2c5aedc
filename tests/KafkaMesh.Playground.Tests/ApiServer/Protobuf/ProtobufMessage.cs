using System.Text;

namespace KafkaMesh.Playground.Tests.ApiServer.Protobuf;

/// <summary>Builds protobuf messages by hand, field by field, valid or not.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ProtobufMessage Integer(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    public ProtobufMessage Bytes(int field, byte[] value)
    {
        Header(field, value.Length);
        _bytes.AddRange(value);
        return this;
    }

    /// <summary>The tag of a field with a length, without its bytes.</summary>
    public ProtobufMessage Header(int field, long length)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)length);
        return this;
    }

    public ProtobufMessage Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
