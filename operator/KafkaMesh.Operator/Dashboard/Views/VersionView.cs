namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Requests of one version.</summary>
/// <param name="Version">The version; -1 for all beyond a limit.</param>
/// <param name="Requests">How many.</param>
internal sealed record VersionView(
    int Version,
    long Requests);
