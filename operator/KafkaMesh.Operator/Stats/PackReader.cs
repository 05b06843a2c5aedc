namespace KafkaMesh.Operator.Stats;

/// <summary>Reads what <see cref="PackWriter"/> wrote, in the same order.</summary>
/// <param name="bytes">The numbers.</param>
/// <param name="names">The names.</param>
internal ref struct PackReader(ReadOnlySpan<byte> bytes, ReadOnlySpan<string> names)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<string> _names = names;
    private int _position;
    private int _name;

    /// <summary>The next number.</summary>
    public long Number()
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = _bytes[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }
    }

    /// <summary>The next number, one that was an int.</summary>
    public int Int() => (int)Number();

    /// <summary>The next name.</summary>
    public string Name() => _names[_name++];
}
