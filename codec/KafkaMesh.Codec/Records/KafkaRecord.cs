namespace KafkaMesh.Codec;

/// <summary>One record, taken out of its batch or message set.</summary>
/// <param name="Offset">Its offset: in the log where a broker wrote it, counted from 0 in each batch where a producer did.</param>
/// <param name="Timestamp">Milliseconds since 1970 UTC, when it was made or, where the topic wants that, appended; -1 when it has none (magic 0).</param>
/// <param name="Key">Its key; null when it has none.</param>
/// <param name="Value">Its value; null for a tombstone.</param>
/// <param name="Headers">Its headers in order; none before magic 2.</param>
/// <param name="IsControl">Whether it is a broker's own, the end of a transaction or a leader's note, which consumers never see (KIP-98).</param>
public sealed record KafkaRecord(
    long Offset,
    long Timestamp,
    byte[]? Key,
    byte[]? Value,
    IReadOnlyList<KeyValuePair<string, byte[]?>> Headers,
    bool IsControl = false);
