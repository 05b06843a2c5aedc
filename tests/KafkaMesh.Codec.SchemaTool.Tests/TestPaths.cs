namespace KafkaMesh.Codec.SchemaTool.Tests;

/// <summary>Finds the repository's files, and Kafka's definitions where they are at hand.</summary>
internal static class TestPaths
{
    public static readonly string Root = FindRoot();

    public static readonly string Schema = Path.Combine(Root, "codec", "schema");

    public static readonly string Generated = Path.Combine(Root, "codec", "KafkaMesh.Codec", "Generated");

    /// <summary>Kafka's definitions, newest release first; skips the test when they are not beside the repository.</summary>
    public static string KafkaLayersOrSkip()
    {
        var shared = Environment.GetEnvironmentVariable("KMESH_TEST_SHARED") ?? Path.Combine(Root, "..", "shared");
        var layers = new[] { "4.3", "3.9" }.Select(release => Path.Combine(shared, "kafka-messages", release)).ToList();
        Assert.SkipUnless(layers.All(Directory.Exists), $"Kafka's message definitions are not in {shared}; set KMESH_TEST_SHARED to the directory that holds kafka-messages.");
        return string.Join(',', layers);
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KafkaMeshOperator.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("KafkaMeshOperator.sln is in no directory above the tests.");
    }
}
