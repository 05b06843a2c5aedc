using KafkaMesh.Dashboard.Tests;

[assembly: AssemblyFixture(typeof(Browser))]

// Two cores: figures of one test must not be the load of another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
