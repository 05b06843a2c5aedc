namespace KafkaMesh.Codec;

/// <summary>One value of a byte that says what a text names, as it stands among the operands of <see cref="Opcode.Choose"/>.</summary>
/// <param name="Value">The byte.</param>
/// <param name="Semantic">What a text then means.</param>
internal readonly record struct TextChoice(byte Value, FieldSemantic Semantic)
{
    /// <summary>Bytes among the operands.</summary>
    public const int SizeInBytes = 2;

    /// <summary>Stands for the semantic of a text that means what was chosen before it.</summary>
    public const FieldSemantic Chosen = (FieldSemantic)0xfe;

    /// <summary>Stands for the semantic of a text that is kept until the byte behind it is read.</summary>
    public const FieldSemantic Kept = (FieldSemantic)0xff;

    /// <summary>What a value chooses at an instruction; nothing when it is not listed there.</summary>
    /// <param name="code">Starts at the instruction.</param>
    /// <param name="value">The byte on the wire.</param>
    public static FieldSemantic Find(ReadOnlySpan<byte> code, byte value)
    {
        for (var operands = code.Slice(2, code[1] * SizeInBytes); !operands.IsEmpty; operands = operands[SizeInBytes..])
        {
            if (operands[0] == value) return (FieldSemantic)operands[1];
        }

        return FieldSemantic.None;
    }

    /// <summary>What an element with such a text describes.</summary>
    public static FieldScopes ScopesOf(FieldSemantic semantic) => semantic switch
    {
        FieldSemantic.TopicName => FieldScopes.Topic,
        FieldSemantic.GroupId => FieldScopes.Group,
        _ => FieldScopes.None,
    };
}
