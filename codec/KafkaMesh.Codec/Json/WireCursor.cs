using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>Reads a whole body forward; every length is checked against what is left before it is believed.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct WireCursor(ReadOnlySpan<byte> bytes)
{
    /// <summary>What a length of null reads as.</summary>
    public const int Null = -1;

    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Why a read failed.</summary>
    public DecodeError Error { readonly get; private set; }

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _left;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Left => _left.Length;

    /// <summary>Notes an error.</summary>
    /// <returns>Always false.</returns>
    public bool Fail(DecodeError error)
    {
        Error = error;
        return false;
    }

    /// <summary>Takes the bytes of a fixed-size field.</summary>
    public bool TryTake(int count, out ReadOnlySpan<byte> taken) => TryTake(count, DecodeError.Truncated, out taken);

    /// <summary>Takes bytes whose number stood before them.</summary>
    public bool TryTakeAnnounced(uint count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        return count <= (uint)_left.Length ? TryTake((int)count, DecodeError.Truncated, out taken) : Fail(DecodeError.LengthBeyondFrame);
    }

    /// <summary>Reads an unsigned varint.</summary>
    public bool TryReadVarint(out uint value)
    {
        var size = Varint.Read(_left, out value);
        if (size <= 0) return Fail(size == 0 ? DecodeError.Truncated : DecodeError.MalformedVarint);
        _left = _left[size..];
        return true;
    }

    /// <summary>Reads the length of a string.</summary>
    /// <param name="isFlexible">Whether it is compact.</param>
    /// <param name="length">At most 32,767; <see cref="Null"/> for null.</param>
    public bool TryReadStringLength(bool isFlexible, out int length)
    {
        length = Null;
        if (isFlexible)
        {
            if (!TryReadVarint(out var compact)) return false;
            if (compact > short.MaxValue + 1u) return Fail(DecodeError.StringTooLong);
            length = (int)compact - 1;
            return true;
        }

        if (!TryTake(sizeof(short), out var bytes)) return false;
        length = Math.Max((int)BinaryPrimitives.ReadInt16BigEndian(bytes), Null);
        return true;
    }

    /// <summary>Reads the length of bytes or records, or the count of an array; nothing is checked but its sign.</summary>
    /// <param name="isFlexible">Whether it is compact.</param>
    /// <param name="length"><see cref="Null"/> for null.</param>
    public bool TryReadLength(bool isFlexible, out long length)
    {
        length = Null;
        if (isFlexible)
        {
            if (!TryReadVarint(out var compact)) return false;
            length = (long)compact - 1;
            return true;
        }

        if (!TryTake(sizeof(int), out var bytes)) return false;
        length = Math.Max(BinaryPrimitives.ReadInt32BigEndian(bytes), Null);
        return true;
    }

    private bool TryTake(int count, DecodeError error, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (count > _left.Length) return Fail(error);
        taken = _left[..count];
        _left = _left[count..];
        return true;
    }
}
