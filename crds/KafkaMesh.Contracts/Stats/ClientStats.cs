namespace KafkaMesh.Contracts.Stats;

/// <summary>One client id with the software it named in ApiVersions (KIP-511).</summary>
/// <param name="ClientId">Client id of the request header.</param>
/// <param name="Software">Software name; empty when it was not named.</param>
/// <param name="SoftwareVersion">Software version; empty when it was not named.</param>
public sealed record ClientStats(string ClientId, string Software, string SoftwareVersion);
