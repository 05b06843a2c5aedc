namespace KafkaMesh.Codec;

/// <summary>One record, taken out of its batch or message set.</summary>
/// <param name="Offset">Its offset; relative to the batch's begin as far as the producer knew it.</param>
/// <param name="Timestamp">Milliseconds since 1970 UTC; -1 when it has none (magic 0).</param>
/// <param name="Key">Its key; null when it has none.</param>
/// <param name="Value">Its value; null for a tombstone.</param>
/// <param name="Headers">Its headers in order; none before magic 2.</param>
public sealed record KafkaRecord(long Offset, long Timestamp, byte[]? Key, byte[]? Value, IReadOnlyList<KeyValuePair<string, byte[]?>> Headers);
