namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>One client id with its software.</summary>
/// <param name="ClientId">The id.</param>
/// <param name="Software">Name of its software; empty when it named none.</param>
/// <param name="Version">Version of its software; empty when it named none.</param>
/// <param name="Pods">Pods that use it, the first of them.</param>
/// <param name="MorePods">Pods that are not listed.</param>
internal sealed record ClientView(
    string ClientId,
    string Software,
    string Version,
    IReadOnlyList<string> Pods,
    int MorePods);
