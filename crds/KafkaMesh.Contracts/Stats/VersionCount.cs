namespace KafkaMesh.Contracts.Stats;

/// <summary>Requests of one version.</summary>
/// <param name="Version">The API version; -1 stands for all versions beyond the limit.</param>
/// <param name="Requests">How many.</param>
public sealed record VersionCount(int Version, long Requests);
