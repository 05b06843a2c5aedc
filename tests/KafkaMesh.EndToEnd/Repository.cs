namespace KafkaMesh.EndToEnd;

/// <summary>Paths in the checked-out repository.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string TestData(string name) => File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "testdata", name));

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "KafkaMeshOperator.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("KafkaMeshOperator.sln stands in no directory above the test binary");
    }
}
