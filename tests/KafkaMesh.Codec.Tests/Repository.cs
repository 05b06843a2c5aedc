using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.SchemaTool.Notation;

namespace KafkaMesh.Codec.Tests;

/// <summary>Finds the repository's own files from a test's output directory.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    /// <summary>The schema, read once.</summary>
    public static readonly SchemaSet Schema = SchemaFiles.Load(Path.Combine(Root, "codec", "schema"));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KafkaMeshOperator.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException("KafkaMeshOperator.sln is in no directory above the tests.");
    }
}
