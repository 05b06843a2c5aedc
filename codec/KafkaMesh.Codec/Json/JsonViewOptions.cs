namespace KafkaMesh.Codec;

/// <summary>What a view holds beyond the fields.</summary>
[Flags]
public enum JsonViewOptions
{
    /// <summary>The fields; records as a summary.</summary>
    None = 0,

    /// <summary>The bytes of records fields too, as <c>data</c> in base64: only such a view can be encoded again.</summary>
    RecordData = 1,

    /// <summary>
    /// The records of records fields too, decompressed, as <c>content</c>: offset, timestamp, key, value and headers, text where it is
    /// UTF-8; <c>contentError</c> when they cannot be read (<see cref="RecordsError"/>). At most 64 MiB of them in one view.
    /// </summary>
    RecordContent = 2,
}
