namespace KafkaMesh.Codec;

/// <summary>Every way in which a view can fail to be a body.</summary>
public enum EncodeError : byte
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The schema does not know the API key or version.</summary>
    UnknownVersion,

    /// <summary>A field that is not tagged is missing.</summary>
    MissingField,

    /// <summary>The version has no field of this name.</summary>
    UnknownField,

    /// <summary>The value has another JSON type than the field.</summary>
    WrongType,

    /// <summary>The number does not fit the field.</summary>
    OutOfRange,

    /// <summary>The field is null but not nullable in this version.</summary>
    UnexpectedNull,

    /// <summary>The string has more than 32,767 bytes.</summary>
    StringTooLong,

    /// <summary>The string is not the base64 that the field holds.</summary>
    NotBase64,

    /// <summary>The view of a records field has no <c>data</c>: decode it with <see cref="JsonViewOptions.RecordData"/>.</summary>
    RecordsWithoutData,

    /// <summary>An unknown tagged field has the tag of a known or earlier one.</summary>
    DuplicateTag,

    /// <summary>
    /// A string or name has half of a surrogate pair, which no UTF-8 can hold; or the view says that it replaced bytes that were no
    /// UTF-8 (<c>invalidStrings</c>).
    /// </summary>
    InvalidText,

    /// <summary>The object has two properties of one name.</summary>
    DuplicateField,

    /// <summary>The text is no JSON, or nested deeper than 64.</summary>
    MalformedJson,
}
