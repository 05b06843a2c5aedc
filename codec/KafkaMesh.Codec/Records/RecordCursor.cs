using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>Reads decompressed records forward; a read beyond the end fails and moves nowhere.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct RecordCursor(ReadOnlySpan<byte> bytes)
{
    private const int MaxVarlongBytes = 10;

    private ReadOnlySpan<byte> _left = bytes;

    public readonly int Left => _left.Length;

    public bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (count < 0 || count > _left.Length) return false;
        taken = _left[..count];
        _left = _left[count..];
        return true;
    }

    public bool TryReadInt8(out sbyte value)
    {
        var isRead = TryTake(1, out var bytes);
        value = isRead ? (sbyte)bytes[0] : default;
        return isRead;
    }

    public bool TryReadInt32(out int value)
    {
        var isRead = TryTake(sizeof(int), out var bytes);
        value = isRead ? BinaryPrimitives.ReadInt32BigEndian(bytes) : default;
        return isRead;
    }

    public bool TryReadInt64(out long value)
    {
        var isRead = TryTake(sizeof(long), out var bytes);
        value = isRead ? BinaryPrimitives.ReadInt64BigEndian(bytes) : default;
        return isRead;
    }

    /// <summary>Reads a signed varint in zigzag form, up to 64 bits.</summary>
    public bool TryReadVarlong(out long value)
    {
        var bits = 0ul;
        value = 0;
        for (var i = 0; i < MaxVarlongBytes && i < _left.Length; i++)
        {
            bits |= (ulong)(_left[i] & 0x7f) << (i * 7);
            if ((_left[i] & 0x80) != 0) continue;
            _left = _left[(i + 1)..];
            value = (long)(bits >> 1) ^ -(long)(bits & 1);
            return true;
        }

        return false;
    }

    /// <summary>Reads a signed varint that must fit 32 bits.</summary>
    public bool TryReadVarint(out int value)
    {
        value = 0;
        if (!TryReadVarlong(out var wide) || wide != (int)wide) return false;
        value = (int)wide;
        return true;
    }

    /// <summary>Reads bytes behind their length, a varint; null below zero.</summary>
    public bool TryReadVarbytes(out byte[]? value)
    {
        value = null;
        return TryReadVarint(out var length) && TryCopy(length, ref value);
    }

    /// <summary>Reads bytes behind their length, an int32; null below zero.</summary>
    public bool TryReadBytes(out byte[]? value)
    {
        value = null;
        return TryReadInt32(out var length) && TryCopy(length, ref value);
    }

    private bool TryCopy(int length, ref byte[]? value)
    {
        if (length < 0) return true;
        if (!TryTake(length, out var bytes)) return false;
        value = bytes.ToArray();
        return true;
    }
}
