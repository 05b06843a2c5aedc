namespace KafkaMesh.Dashboard.Tests;

/// <summary>Tests that look at one and the same cluster.</summary>
[CollectionDefinition]
public sealed class LiveMeshCollection : ICollectionFixture<LiveMesh>;
