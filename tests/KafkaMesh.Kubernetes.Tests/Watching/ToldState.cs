namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>A state of an object.</summary>
/// <param name="Uid">Which incarnation.</param>
/// <param name="Version">Which state of it.</param>
internal sealed record ToldState(string Uid, string Version);
