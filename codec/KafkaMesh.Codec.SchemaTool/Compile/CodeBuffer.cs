using System.Buffers.Binary;

namespace KafkaMesh.Codec.SchemaTool.Compile;

/// <summary>A program under construction: joins neighbouring skips and fills in jumps.</summary>
internal sealed class CodeBuffer
{
    private readonly List<byte> _code = [];
    private int _pendingSkip;

    /// <summary>Bytes to pass over before the next instruction.</summary>
    public void Skip(int count) => _pendingSkip += count;

    public void Add(Opcode opcode, params ReadOnlySpan<byte> operands)
    {
        FlushSkip();
        _code.Add((byte)opcode);
        _code.AddRange(operands);
    }

    /// <summary>Adds an instruction that ends with a jump, whose target is set by <see cref="Land"/>.</summary>
    /// <returns>What to give to <see cref="Land"/>.</returns>
    public int AddJump(Opcode opcode, params ReadOnlySpan<byte> operands)
    {
        Add(opcode, [.. operands, 0, 0]);
        return _code.Count;
    }

    /// <summary>Makes a jump lead here.</summary>
    public void Land(int jump)
    {
        FlushSkip();
        Span<byte> distance = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(distance, checked((ushort)(_code.Count - jump)));
        _code[jump - 2] = distance[0];
        _code[jump - 1] = distance[1];
    }

    public byte[] ToArray()
    {
        FlushSkip();
        return [.. _code];
    }

    private void FlushSkip()
    {
        for (; _pendingSkip > 0; _pendingSkip -= Math.Min(_pendingSkip, byte.MaxValue))
        {
            _code.Add((byte)Opcode.Skip);
            _code.Add((byte)Math.Min(_pendingSkip, byte.MaxValue));
        }
    }
}
