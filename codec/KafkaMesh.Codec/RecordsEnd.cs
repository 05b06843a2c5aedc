namespace KafkaMesh.Codec;

/// <summary>How a records field ended.</summary>
public enum RecordsEnd : byte
{
    /// <summary>With its last batch complete, or without any.</summary>
    Complete,

    /// <summary>Within a batch: normal in Fetch, where the broker cuts at the size that was asked for.</summary>
    PartialBatch,

    /// <summary>With a batch whose length or magic is impossible; what follows it was skipped.</summary>
    Corrupt,
}
