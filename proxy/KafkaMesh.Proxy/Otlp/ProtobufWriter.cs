using System.Buffers.Binary;
using System.Text;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>Writes the Protocol Buffers wire format (https://protobuf.dev/programming-guides/encoding/) into one growing buffer.</summary>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int LengthType = 2;
    private const int MaxLengthBytes = 5;

    private byte[] _bytes = new byte[4096];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Begins a message, or a packed list, as a field.</summary>
    /// <returns>A mark for <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, LengthType);
        Reserve(MaxLengthBytes);
        Length += MaxLengthBytes;
        return Length;
    }

    /// <summary>Ends the message that was begun last and has not ended: puts its length before it.</summary>
    public void End(int mark)
    {
        var size = Length - mark;
        Length = mark - MaxLengthBytes;
        Varint((ulong)size);
        _bytes.AsSpan(mark, size).CopyTo(_bytes.AsSpan(Length));
        Length += size;
    }

    /// <summary>Takes back everything from a position on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>A string field.</summary>
    public void String(int field, string value)
    {
        Tag(field, LengthType);
        Varint((ulong)Encoding.UTF8.GetByteCount(value));
        Reserve(Encoding.UTF8.GetMaxByteCount(value.Length));
        Length += Encoding.UTF8.GetBytes(value, _bytes.AsSpan(Length));
    }

    /// <summary>An integer, enumeration or boolean field.</summary>
    public void Integer(int field, ulong value)
    {
        Tag(field, VarintType);
        Varint(value);
    }

    /// <summary>A field of eight bytes.</summary>
    public void Fixed(int field, long value)
    {
        Tag(field, Fixed64Type);
        Fixed(value);
    }

    /// <summary>A field of eight bytes.</summary>
    public void Fixed(int field, double value) => Fixed(field, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An item of a packed list.</summary>
    public void Fixed(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(Length), value);
        Length += sizeof(long);
    }

    /// <summary>An item of a packed list.</summary>
    public void Fixed(double value) => Fixed(BitConverter.DoubleToInt64Bits(value));

    private void Tag(int field, int type) => Varint((ulong)((field << 3) | type));

    private void Varint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _bytes[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[Length++] = (byte)value;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
    }
}
