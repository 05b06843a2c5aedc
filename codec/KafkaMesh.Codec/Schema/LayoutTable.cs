using System.Buffers.Binary;
using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>The layouts of all messages, made from <see cref="KafkaLayouts"/> when somebody asks for one.</summary>
/// <remarks>
/// A field is: name u16, type u8 (<see cref="ArrayFlag"/> for arrays), lowest and highest version u8 each, flags u8, then by flag
/// the nullable versions (2 × u8), tag and tagged versions (3 × u8); a structure ends with its fields, which
/// begin with their count u8.
/// </remarks>
internal static class LayoutTable
{
    /// <summary>Numbers per row of <see cref="KafkaLayouts.Rows"/>: content, lowest, highest, first and last flexible version, start.</summary>
    public const int RowWidth = 6;

    /// <summary>Set in the type of an array.</summary>
    public const byte ArrayFlag = 0x80;

    /// <summary>Set when nullable versions follow.</summary>
    public const byte NullableFlag = 1;

    /// <summary>Set when tag and tagged versions follow.</summary>
    public const byte TaggedFlag = 2;

    private static readonly string?[] Texts = NameTable.Build(KafkaLayouts.FieldText, KafkaLayouts.FieldOffsets);

    // Two threads may both make one: they make the same.
    private static readonly MessageLayout?[] Layouts = new MessageLayout?[RowCount];

    private static int RowCount => KafkaLayouts.Rows.Length / (RowWidth * sizeof(ushort));

    /// <summary>Number of a request or response in the first column of a row.</summary>
    public static int ContentOf(short apiKey, MessageKind kind) => (apiKey * 2) + (int)kind;

    /// <summary>Number of a message embedded in others in the first column of a row: from the top of 16 bits down.</summary>
    public static int ContentOf(WireType embedded) => ushort.MaxValue - (int)embedded;

    /// <summary>Finds the layout of one version.</summary>
    /// <returns>Null when the schema does not know it.</returns>
    public static MessageLayout? Find(int content, int version)
    {
        for (var row = 0; row < RowCount; row++)
        {
            if (Number(row, 0) == content && version >= Number(row, 1) && version <= Number(row, 2)) return Layouts[row] ??= Build(row);
        }

        return null;
    }

    private static int Number(int row, int column) =>
        BinaryPrimitives.ReadUInt16BigEndian(KafkaLayouts.Rows[(((row * RowWidth) + column) * sizeof(ushort))..]);

    private static MessageLayout Build(int row)
    {
        var at = Number(row, 5);
        var versions = new VersionSpan((byte)Number(row, 1), (byte)Number(row, 2));
        var flexible = new VersionSpan((byte)Number(row, 3), (byte)Number(row, 4));
        return new MessageLayout(versions, flexible, BuildFields(KafkaLayouts.Fields, ref at));
    }

    private static FieldLayout[] BuildFields(ReadOnlySpan<byte> table, ref int at)
    {
        var fields = new FieldLayout[table[at++]];
        for (var i = 0; i < fields.Length; i++) fields[i] = BuildField(table, ref at);
        return fields;
    }

    private static FieldLayout BuildField(ReadOnlySpan<byte> table, ref int at)
    {
        var name = ReadText(table, ref at);
        var type = table[at++];
        var versions = ReadVersions(table, ref at);
        var flags = table[at++];
        var nullable = (flags & NullableFlag) != 0 ? ReadVersions(table, ref at) : VersionSpan.None;
        var tag = (flags & TaggedFlag) != 0 ? table[at++] : 0;
        var tagged = (flags & TaggedFlag) != 0 ? ReadVersions(table, ref at) : VersionSpan.None;
        var wireType = (WireType)(type & ~ArrayFlag);
        return new FieldLayout
        {
            Name = name,
            JsonName = JsonEncodedText.Encode(name),
            Type = wireType,
            IsArray = (type & ArrayFlag) != 0,
            Versions = versions,
            Nullable = nullable,
            Tagged = tagged,
            Tag = tag,
            Fields = wireType == WireType.Struct ? BuildFields(table, ref at) : [],
        };
    }

    private static VersionSpan ReadVersions(ReadOnlySpan<byte> table, ref int at)
    {
        var versions = new VersionSpan(table[at], table[at + 1]);
        at += 2;
        return versions;
    }

    private static string ReadText(ReadOnlySpan<byte> table, ref int at)
    {
        var index = BinaryPrimitives.ReadUInt16BigEndian(table[at..]);
        at += sizeof(ushort);
        return Texts[index] ?? "";
    }
}
