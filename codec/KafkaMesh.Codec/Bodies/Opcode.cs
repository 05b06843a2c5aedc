namespace KafkaMesh.Codec;

/// <summary>
/// Instructions of a body's program. Operands follow the opcode: a semantic is one byte of <see cref="FieldSemantic"/>,
/// a jump is two bytes big-endian, relative to the byte after the operands. Shared with the schema tool, which compiles them.
/// </summary>
internal enum Opcode : byte
{
    /// <summary>The body is complete.</summary>
    End,

    /// <summary>[count]: skips that many bytes; runs of fixed-size fields without meaning are joined into one.</summary>
    Skip,

    /// <summary>[semantic]: a 2-byte signed number.</summary>
    Int16,

    /// <summary>[semantic]: a 4-byte signed number.</summary>
    Int32,

    /// <summary>[semantic]: an 8-byte signed number.</summary>
    Int64,

    /// <summary>A topic id.</summary>
    TopicId,

    /// <summary>[semantic]: string with a 2-byte length.</summary>
    String,

    /// <summary>[semantic]: the same, where a negative length is null.</summary>
    NullableString,

    /// <summary>[semantic]: string with a compact length.</summary>
    CompactString,

    /// <summary>[semantic]: the same, where 0 is null.</summary>
    CompactNullableString,

    /// <summary>Bytes with a 4-byte length.</summary>
    Bytes,

    /// <summary>The same, where a negative length is null.</summary>
    NullableBytes,

    /// <summary>Bytes with a compact length.</summary>
    CompactBytes,

    /// <summary>The same, where 0 is null.</summary>
    CompactNullableBytes,

    /// <summary>[semantic of the count, least bytes of an element, jump past Next]: array with a 4-byte count; the element follows, closed by Next.</summary>
    Array,

    /// <summary>The same, where a negative count is null.</summary>
    NullableArray,

    /// <summary>The same with a compact count.</summary>
    CompactArray,

    /// <summary>The same with a compact count, where 0 is null.</summary>
    CompactNullableArray,

    /// <summary>[semantic of the count, element size]: array of fixed-size elements, skipped in one step.</summary>
    FixedArray,

    /// <summary>The same, where a negative count is null.</summary>
    NullableFixedArray,

    /// <summary>The same with a compact count.</summary>
    CompactFixedArray,

    /// <summary>The same with a compact count, where 0 is null.</summary>
    CompactNullableFixedArray,

    /// <summary>Ends an array's element.</summary>
    Next,

    /// <summary>[jump past the structure]: a structure behind a byte that is negative when it is null.</summary>
    NullableStruct,

    /// <summary>The tagged fields of a structure, none of which has a meaning: all are skipped by their size, known or not.</summary>
    Tags,

    /// <summary>Record batches behind a 4-byte length; negative is null.</summary>
    Records,

    /// <summary>Record batches behind a compact length; 0 is null.</summary>
    CompactRecords,

    /// <summary>[scopes]: a structure of these <see cref="FieldScopes"/> ends.</summary>
    ScopeEnd,

    /// <summary>
    /// [count, then a <see cref="KnownTag"/> each]: the tagged fields of a structure, of which some are numbers with a meaning;
    /// the others are skipped by their size.
    /// </summary>
    KnownTags,

    /// <summary>[count, then a <see cref="TextChoice"/> each]: a byte that says what the texts behind it mean (<see cref="TextChoice.Chosen"/>).</summary>
    Choose,

    /// <summary>[the same]: a byte that says what the text right before it means (<see cref="TextChoice.Kept"/>).</summary>
    ChooseKept,

    /// <summary>A structure or element ends whose scope is that of what was chosen.</summary>
    ChosenScopeEnd,
}
