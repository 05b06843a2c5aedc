namespace KafkaMesh.Codec;

/// <summary>Every way in which bytes from outside can contradict the protocol. Values, never exceptions.</summary>
public enum DecodeError : byte
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The 4-byte frame size is below zero.</summary>
    NegativeFrameSize,

    /// <summary>The frame size exceeds the reader's limit.</summary>
    FrameTooLarge,

    /// <summary>The frame is shorter than the fixed part of its header.</summary>
    FrameTooShort,

    /// <summary>The header's client id reaches beyond the frame.</summary>
    ClientIdTooLong,

    /// <summary>The body ends in the middle of a field.</summary>
    Truncated,

    /// <summary>A length or a tag's size exceeds the bytes left in the frame.</summary>
    LengthBeyondFrame,

    /// <summary>An array's count exceeds what the bytes left in the frame can hold.</summary>
    CountBeyondFrame,

    /// <summary>A tag section announces more tags than the bytes left in the frame can hold.</summary>
    TagCountBeyondFrame,

    /// <summary>A string is longer than 32,767 bytes, the protocol's limit in both encodings.</summary>
    StringTooLong,

    /// <summary>A field that is not nullable in this version is null.</summary>
    UnexpectedNull,

    /// <summary>An unsigned varint has more than five bytes.</summary>
    MalformedVarint,

    /// <summary>The schema does not know the API key or version.</summary>
    UnknownVersion,

    /// <summary>The value of a known tagged field does not fill the size that stands before it.</summary>
    TagSizeMismatch,
}
