namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>Where Kafka's own definitions are.</summary>
internal static class KafkaLayers
{
    /// <summary>Their directories, newest release first; skips the test when they are not beside the repository.</summary>
    public static IReadOnlyList<string> FindOrSkip()
    {
        var shared = Environment.GetEnvironmentVariable("KMESH_TEST_SHARED") ?? Path.Combine(Repository.Root, "..", "shared");
        string[] layers = [Path.Combine(shared, "kafka-messages", "4.3"), Path.Combine(shared, "kafka-messages", "3.9")];
        Assert.SkipUnless(layers.All(Directory.Exists), $"Kafka's message definitions are not in {shared}; set KMESH_TEST_SHARED to the directory that holds kafka-messages.");
        return layers;
    }
}
