using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <summary>A tagged field with a meaning, as it stands among the operands of <see cref="Opcode.KnownTags"/>: a signed number, or a structure that begins with one.</summary>
/// <param name="Tag">Its tag.</param>
/// <param name="Size">Bytes of the number: 2, 4 or 8.</param>
/// <param name="Semantic">What it means.</param>
internal readonly record struct KnownTag(byte Tag, byte Size, FieldSemantic Semantic)
{
    /// <summary>Bytes among the operands.</summary>
    public const int SizeInBytes = 3;

    /// <summary>The known tag at an instruction; one of size 0 when the tag has no meaning there.</summary>
    /// <param name="code">Starts at the instruction.</param>
    /// <param name="tag">The tag on the wire.</param>
    public static KnownTag Find(ReadOnlySpan<byte> code, uint tag)
    {
        if ((Opcode)code[0] != Opcode.KnownTags) return default;
        for (var operands = code.Slice(2, code[1] * SizeInBytes); !operands.IsEmpty; operands = operands[SizeInBytes..])
        {
            if (operands[0] == tag) return new KnownTag(operands[0], operands[1], (FieldSemantic)operands[2]);
        }

        return default;
    }

    /// <summary>Reads its value.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    public long Read(ReadOnlySpan<byte> bytes) => Size switch
    {
        sizeof(short) => BinaryPrimitives.ReadInt16BigEndian(bytes),
        sizeof(int) => BinaryPrimitives.ReadInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadInt64BigEndian(bytes),
    };
}
