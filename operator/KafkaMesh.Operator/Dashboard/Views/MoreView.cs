namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>What an answer had no room for.</summary>
/// <param name="Topics">Topics.</param>
/// <param name="Clients">Clients.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Pods">Pods.</param>
internal sealed record MoreView(
    int Topics,
    int Clients,
    int Groups,
    int Pods);
