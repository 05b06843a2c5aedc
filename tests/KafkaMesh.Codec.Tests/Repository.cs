using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.SchemaTool.Notation;

namespace KafkaMesh.Codec.Tests;

/// <summary>Finds the repository's own files from a test's output directory.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    /// <summary>The schema, read once.</summary>
    public static readonly SchemaSet Schema = SchemaFiles.Load(Path.Combine(Root, "codec", "schema"));

    /// <summary>Kafka's own definitions, newest release first; skips the test when they are not beside the repository.</summary>
    public static IReadOnlyList<string> KafkaLayersOrSkip()
    {
        var shared = Environment.GetEnvironmentVariable("KAFKAMESH_SHARED") ?? Path.Combine(Root, "..", "shared");
        string[] layers = [Path.Combine(shared, "kafka-messages", "4.3"), Path.Combine(shared, "kafka-messages", "3.9")];
        Assert.SkipUnless(layers.All(Directory.Exists), $"Kafka's message definitions are not in {shared}; set KAFKAMESH_SHARED to the directory that holds kafka-messages.");
        return layers;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KafkaMeshOperator.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("KafkaMeshOperator.sln is in no directory above the tests.");
    }
}
