namespace KafkaMesh.Contracts.Tests;

/// <summary>Finds files of the repository that a test compares with.</summary>
internal static class RepositoryFiles
{
    /// <summary>Folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "KafkaMeshOperator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds KafkaMeshOperator.sln.");
    }
}
