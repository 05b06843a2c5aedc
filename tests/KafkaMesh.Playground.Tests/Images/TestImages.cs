using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Images;

/// <summary>The clients image (busybox, kcat, Python, mock broker), built once for a test run by the project's own script.</summary>
internal static class TestImages
{
    public const string Clients = "kafkamesh-clients:v0.1.0";
    private static readonly Lazy<Task<string>> ClientsArchive = new(BuildAsync);

    /// <summary>Path of the archive.</summary>
    public static Task<string> ClientsArchiveAsync() => ClientsArchive.Value;

    /// <summary>The folder that holds the solution.</summary>
    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KafkaMeshOperator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No KafkaMeshOperator.sln above " + AppContext.BaseDirectory);
        }
        return folder.FullName;
    }

    private static async Task<string> BuildAsync()
    {
        var output = Directory.CreateTempSubdirectory("kafkamesh-images-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(output, recursive: true);
        await HostCommand.RunAsync(Path.Combine(RepositoryRoot(), "tests/scripts/images.sh"), [output, "clients"]);
        return Path.Combine(output, "images/kafkamesh-clients.tar");
    }
}
