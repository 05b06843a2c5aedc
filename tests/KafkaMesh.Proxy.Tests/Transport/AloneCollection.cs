namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>Tests that count what belongs to the whole process (descriptors) run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
