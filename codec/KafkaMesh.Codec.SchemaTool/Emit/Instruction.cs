using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>One instruction of a compiled program.</summary>
/// <param name="Pc">Where it stands in the table of programs.</param>
/// <param name="Opcode">What it does.</param>
/// <param name="First">Its first operand; 0 when it has none.</param>
/// <param name="Second">Its second operand; 0 when it has none.</param>
/// <param name="Next">Where the following one stands.</param>
/// <param name="Target">Where it may jump to; 0 when it does not jump.</param>
internal readonly record struct Instruction(int Pc, Opcode Opcode, byte First, byte Second, int Next, int Target)
{
    /// <summary>Bytes that it always takes from the wire, when it is a field of fixed size; else 0.</summary>
    public int FixedSize => Opcode switch
    {
        Opcode.Skip => First,
        Opcode.Int16 => sizeof(short),
        Opcode.Int32 => sizeof(int),
        Opcode.Int64 => sizeof(long),
        Opcode.TopicId => TopicId.SizeInBytes,
        _ => 0,
    };

    /// <summary>Whether elements follow that end with <see cref="Opcode.Next"/>.</summary>
    public bool IsLoop => Opcode is >= Opcode.Array and <= Opcode.CompactNullableArray;

    /// <summary>Whether it is an array that is skipped in one step.</summary>
    public bool IsFixedArray => Opcode is >= Opcode.FixedArray and <= Opcode.CompactNullableFixedArray;

    /// <summary>Whether it is a string, bytes or a structure that may be null.</summary>
    public bool IsText => Opcode is (>= Opcode.String and <= Opcode.CompactNullableBytes) or Opcode.NullableStruct;

    /// <summary>Whether it is a section of tagged fields.</summary>
    public bool IsTags => Opcode is Opcode.Tags or Opcode.KnownTags;

    /// <summary>Whether it is a field of record batches.</summary>
    public bool IsRecords => Opcode is Opcode.Records or Opcode.CompactRecords;

    /// <summary>Reads a program up to its end.</summary>
    public static IReadOnlyList<Instruction> ReadProgram(List<byte> code, int start)
    {
        var all = new List<Instruction>();
        for (var pc = start; ; pc = all[^1].Next)
        {
            all.Add(Read(CollectionsMarshal.AsSpan(code), pc));
            if (all[^1].Opcode == Opcode.End) return all;
        }
    }

    private static Instruction Read(ReadOnlySpan<byte> code, int pc)
    {
        var opcode = (Opcode)code[pc];
        var operands = OperandBytes(opcode, code[(pc + 1)..]);
        var next = pc + 1 + operands;
        var hasJump = opcode is Opcode.NullableStruct or (>= Opcode.Array and <= Opcode.CompactNullableArray);
        var target = hasJump ? next + BinaryPrimitives.ReadUInt16BigEndian(code[(next - sizeof(ushort))..]) : 0;
        return new Instruction(pc, opcode, operands > 0 ? code[pc + 1] : (byte)0, operands > 1 ? code[pc + 2] : (byte)0, next, target);
    }

    private static int OperandBytes(Opcode opcode, ReadOnlySpan<byte> operands) => opcode switch
    {
        Opcode.Skip or Opcode.Int16 or Opcode.Int32 or Opcode.Int64 or Opcode.ScopeEnd => 1,
        >= Opcode.String and <= Opcode.CompactNullableString => 1,
        >= Opcode.Array and <= Opcode.CompactNullableArray => 4,
        >= Opcode.FixedArray and <= Opcode.CompactNullableFixedArray => 2,
        Opcode.NullableStruct => 2,
        Opcode.KnownTags => 1 + (operands[0] * KnownTag.SizeInBytes),
        Opcode.Choose or Opcode.ChooseKept => 1 + (operands[0] * TextChoice.SizeInBytes),
        _ => 0,
    };
}
