using System.Text;

namespace KafkaMesh.Playground.ApiServer.Protobuf;

/// <summary>Reads the fields of one protobuf message; every length is checked against the bytes that are there.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int MaxVarintBytes = 10;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Wire type of the field that was read last: 0 varint, 1 eight bytes, 2 a length and bytes, 5 four bytes.</summary>
    public int WireType { get; private set; }

    /// <summary>The number of the next field; 0 at the end of the message.</summary>
    /// <exception cref="FormatException">The tag is malformed.</exception>
    public int NextField()
    {
        if (_rest.IsEmpty)
        {
            return 0;
        }

        var tag = ReadVarint();
        WireType = (int)(tag & 7);
        var number = tag >> 3;
        return number is > 0 and < 1 << 29 ? (int)number : throw new FormatException($"{number} is no field number");
    }

    /// <summary>The integer of a varint field.</summary>
    /// <exception cref="FormatException">The field is no varint, or cut off.</exception>
    public long ReadInteger()
    {
        Require(0);
        return (long)ReadVarint();
    }

    /// <summary>The integers of a packed list.</summary>
    /// <exception cref="FormatException">The field is no list, or cut off.</exception>
    public List<long> ReadPacked()
    {
        var list = new ProtobufReader(ReadBytes());
        var values = new List<long>();
        while (!list._rest.IsEmpty)
        {
            values.Add((long)list.ReadVarint());
        }

        return values;
    }

    /// <summary>The bytes of a text, bytes or message field.</summary>
    /// <exception cref="FormatException">The field is of another type, or longer than what is left.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        Require(2);
        return Take(ReadVarint());
    }

    /// <summary>The text of a field.</summary>
    /// <exception cref="FormatException">The field is no UTF-8 text.</exception>
    public string ReadText()
    {
        try
        {
            return StrictUtf8.GetString(ReadBytes());
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("a text is not UTF-8", e);
        }
    }

    /// <summary>Passes over the field that was named last.</summary>
    /// <exception cref="FormatException">The field is cut off, or of a wire type that proto2 without groups does not have.</exception>
    public void Skip()
    {
        switch (WireType)
        {
            case 0: ReadVarint(); break;
            case 1: Take(8); break;
            case 2: Take(ReadVarint()); break;
            case 5: Take(4); break;
            default: throw new FormatException($"{WireType} is no wire type");
        }
    }

    private readonly void Require(int wireType)
    {
        if (WireType != wireType)
        {
            throw new FormatException($"a field has the wire type {WireType} instead of {wireType}");
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new FormatException($"a field of {count} bytes has {_rest.Length} left");
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < Math.Min(MaxVarintBytes, _rest.Length); i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("an integer is cut off or longer than 10 bytes");
    }
}
