namespace KafkaMesh.Codec;

/// <summary>How a field, or each element of an array, stands on the wire.</summary>
internal enum WireType : byte
{
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,

    /// <summary>Bytes that hold a consumer's subscription (ConsumerProtocolSubscription) when the group is one of consumers.</summary>
    Subscription,

    /// <summary>Bytes that hold a consumer's assignment (ConsumerProtocolAssignment) when the group is one of consumers.</summary>
    Assignment,

    /// <summary>Record batches, or messages of the formats before them.</summary>
    Records,

    /// <summary>A part of a snapshot, cut anywhere (KIP-630).</summary>
    UnalignedRecords,

    /// <summary>Fields of its own.</summary>
    Struct,
}
