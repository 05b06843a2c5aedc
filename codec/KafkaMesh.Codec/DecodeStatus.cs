namespace KafkaMesh.Codec;

/// <summary>How far a reader got with the bytes that it was given.</summary>
public enum DecodeStatus : byte
{
    /// <summary>Every byte was taken; the message continues in the next piece.</summary>
    NeedMoreData,

    /// <summary>The message was read to its end. Bytes left over in the frame are counted, not read.</summary>
    Done,

    /// <summary>The bytes contradict the schema; the reader's error says how. The rest of the frame must be skipped by its length.</summary>
    Failed,
}
