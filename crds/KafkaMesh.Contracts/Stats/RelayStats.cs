namespace KafkaMesh.Contracts.Stats;

/// <summary>Bytes relayed.</summary>
/// <param name="Direction"><c>inbound</c> or <c>outbound</c>, seen from the pod.</param>
/// <param name="Flow"><c>request</c> (client to broker) or <c>response</c> (broker to client).</param>
/// <param name="Bytes">How many.</param>
public sealed record RelayStats(string Direction, string Flow, long Bytes);
