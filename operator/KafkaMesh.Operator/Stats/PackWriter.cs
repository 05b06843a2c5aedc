using System.Buffers;

namespace KafkaMesh.Operator.Stats;

/// <summary>Writes numbers in as few bytes as they need, and names beside them.</summary>
internal ref struct PackWriter : IDisposable
{
    private const int LongestNumber = 10;

    private byte[] _bytes;
    private string[] _names;
    private int _length;
    private int _count;

    public PackWriter()
    {
        _bytes = ArrayPool<byte>.Shared.Rent(4096);
        _names = ArrayPool<string>.Shared.Rent(256);
    }

    /// <summary>The bytes written.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The names written.</summary>
    public readonly ReadOnlySpan<string> Names => _names.AsSpan(0, _count);

    /// <summary>Writes a number; small ones, also negative, take one byte.</summary>
    public void Number(long value)
    {
        if (_bytes.Length - _length < LongestNumber)
            _bytes = Grown(_bytes, _length);
        var rest = (ulong)((value << 1) ^ (value >> 63));
        while (rest >= 0x80)
        {
            _bytes[_length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        _bytes[_length++] = (byte)rest;
    }

    /// <summary>Writes a name.</summary>
    public void Name(string value)
    {
        if (_names.Length == _count)
            _names = Grown(_names, _count);
        _names[_count++] = value;
    }

    /// <inheritdoc/>
    public readonly void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<string>.Shared.Return(_names, clearArray: true);
    }

    private static T[] Grown<T>(T[] full, int length)
    {
        var larger = ArrayPool<T>.Shared.Rent(2 * full.Length);
        full.AsSpan(0, length).CopyTo(larger);
        ArrayPool<T>.Shared.Return(full, clearArray: true);
        return larger;
    }
}
