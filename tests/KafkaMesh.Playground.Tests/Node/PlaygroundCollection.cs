namespace KafkaMesh.Playground.Tests.Node;

/// <summary>The test classes that share one running cluster; they run one after the other and name their objects differently.</summary>
[CollectionDefinition(Name)]
public sealed class PlaygroundCollection : ICollectionFixture<PlaygroundFixture>
{
    public const string Name = "one playground";
}
