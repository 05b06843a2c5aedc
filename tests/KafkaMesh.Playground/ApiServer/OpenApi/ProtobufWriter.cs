using System.Buffers;
using System.Text;

namespace KafkaMesh.Playground.ApiServer.OpenApi;

/// <summary>Writes protobuf fields: as much of the encoding as the OpenAPI document needs.</summary>
internal sealed class ProtobufWriter
{
    private const int LengthDelimited = 2;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Writes a text field.</summary>
    public ProtobufWriter Text(int field, string value)
    {
        Bytes(field, Encoding.UTF8.GetBytes(value));
        return this;
    }

    /// <summary>Writes a nested message.</summary>
    public ProtobufWriter Message(int field, Action<ProtobufWriter> write)
    {
        var nested = new ProtobufWriter();
        write(nested);
        Bytes(field, nested.Written);
        return this;
    }

    /// <summary>Writes a truth value that holds.</summary>
    public ProtobufWriter True(int field)
    {
        Varint((ulong)field << 3);
        Varint(1);
        return this;
    }

    private void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | LengthDelimited);
        Varint((ulong)value.Length);
        _buffer.Write(value);
    }

    private void Varint(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        _buffer.Advance(count);
    }
}
