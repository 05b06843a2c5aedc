namespace KafkaMesh.Codec;

/// <summary>What a view holds beyond the fields.</summary>
[Flags]
public enum JsonViewOptions
{
    /// <summary>The fields; records as a summary.</summary>
    None = 0,

    /// <summary>The bytes of records fields too, as <c>data</c> in base64: only such a view can be encoded again.</summary>
    RecordData = 1,
}
