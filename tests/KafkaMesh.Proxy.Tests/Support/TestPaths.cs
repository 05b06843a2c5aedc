namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>Finds files of the repository from the folder that the tests run in.</summary>
internal static class TestPaths
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The recorded conversations.</summary>
    public static string Captures => Path.Combine(Root, "tests", "testdata", "captures");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "KafkaMeshOperator.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException($"No KafkaMeshOperator.sln above {AppContext.BaseDirectory}.");
    }
}
