namespace KafkaMesh.Codec;

/// <summary>Why the records of a field cannot be read.</summary>
public enum RecordsError : byte
{
    /// <summary>No error.</summary>
    None,

    /// <summary>A batch's length or magic is impossible.</summary>
    CorruptBatch,

    /// <summary>The checksum is not that of the bytes: CRC-32C of magic 2, CRC-32 of magic 0 and 1.</summary>
    ChecksumMismatch,

    /// <summary>A record's lengths contradict the batch that holds it.</summary>
    MalformedRecord,

    /// <summary>The compressed bytes are not of the format that the attributes name.</summary>
    MalformedCompression,

    /// <summary>The attributes name a compression that Kafka has not assigned.</summary>
    UnknownCompression,

    /// <summary>The library that the format needs is not installed: libzstd.so.1 for Zstandard (Debian's package libzstd1).</summary>
    CompressionUnavailable,

    /// <summary>The decompressed records exceed the reader's limit.</summary>
    TooLarge,

    /// <summary>A compressed message set holds another compressed one inside the first, which Kafka never writes.</summary>
    NestedTooDeep,
}
