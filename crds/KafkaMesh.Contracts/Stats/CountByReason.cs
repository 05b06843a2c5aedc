namespace KafkaMesh.Contracts.Stats;

/// <summary>A count with its reason.</summary>
/// <param name="Direction"><c>inbound</c> or <c>outbound</c>; null where the surrounding object says it.</param>
/// <param name="Reason">Metric label value.</param>
/// <param name="Count">How many.</param>
public sealed record CountByReason(string? Direction, string Reason, long Count);
