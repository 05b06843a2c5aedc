namespace KafkaMesh.Contracts.Monitors;

/// <summary>One additional printer column of a CRD (apiextensions.k8s.io/v1).</summary>
/// <param name="Name">Header.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="JsonPath">Path to one value.</param>
/// <param name="Priority">0: always shown, 1: with <c>-o wide</c>.</param>
/// <param name="Description">Text for <c>kubectl explain</c> and UIs.</param>
public sealed record PrinterColumn(string Name, string Type, string JsonPath, int Priority, string Description);
