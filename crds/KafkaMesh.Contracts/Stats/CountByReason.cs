using System.Text.Json.Serialization;

namespace KafkaMesh.Contracts.Stats;

/// <summary>A count with its reason.</summary>
/// <param name="Reason">Metric label value.</param>
/// <param name="Count">How many.</param>
/// <param name="Direction"><c>inbound</c> or <c>outbound</c>; null, and absent on the wire, where the surrounding object says it.</param>
public sealed record CountByReason(string Reason, long Count, [property: JsonPropertyOrder(-1)] string? Direction = null);
