namespace KafkaMesh.Contracts.Stats;

/// <summary>Occurrences of one error code.</summary>
/// <param name="Code">Kafka's error code.</param>
/// <param name="Error">Kafka's name of it, or <c>error_N</c>.</param>
/// <param name="Count">How often.</param>
public sealed record ErrorCount(int Code, string Error, long Count);
