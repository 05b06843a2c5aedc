namespace KafkaMesh.Architecture.Tests;

/// <summary>The checked-out repository, found from the test binary.</summary>
internal static class RepositoryTree
{
    /// <summary>Directory that holds KafkaMeshOperator.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files with one of the endings, relative to the root, build output left out.</summary>
    public static IEnumerable<string> Files(params string[] endings) =>
        Directory.EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)) && !IsOutput(path))
            .Order(StringComparer.Ordinal);

    private static bool IsOutput(string path) =>
        path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "out" or ".git" or "node_modules");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "KafkaMeshOperator.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("KafkaMeshOperator.sln stands in no directory above the test binary");
    }
}
