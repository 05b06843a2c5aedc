namespace KafkaMesh.Codec;

/// <summary>Compression of a record batch: the lowest three bits of its attributes.</summary>
public enum CompressionType : byte
{
    /// <summary>Not compressed.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>Snappy.</summary>
    Snappy,

    /// <summary>LZ4 (since magic 1).</summary>
    Lz4,

    /// <summary>Zstandard (KIP-110).</summary>
    Zstd,
}
