using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Images;

/// <summary>The clients image (busybox, kcat, Python, mock broker) and the iptables tools, built once for a test run by the project's own script.</summary>
internal static class TestImages
{
    public const string Clients = "kafkamesh-clients:v0.1.0";

    /// <summary>The sidecar's image without the sidecar: these tests want its iptables tools only.</summary>
    public const string Tools = "kafkamesh-proxy:v0.1.0";

    private static readonly Lazy<Task<string>> Archives = new(BuildAsync);

    /// <summary>Directory of the archives.</summary>
    public static Task<string> DirectoryAsync() => Archives.Value;

    /// <summary>Path of the clients archive.</summary>
    public static async Task<string> ClientsArchiveAsync() => Path.Combine(await Archives.Value, "kafkamesh-clients.tar");

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

    /// <summary>Builds the archives anew in a directory of their own and returns it.</summary>
    public static async Task<string> BuildAsync()
    {
        var output = Directory.CreateTempSubdirectory("kafkamesh-images-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(output, recursive: true);
        File.Copy("/usr/bin/true", Path.Combine(output, "kafkamesh-proxy"));
        await HostCommand.RunAsync(Path.Combine(RepositoryRoot(), "tests/scripts/images.sh"), [output, "clients", "proxy"]);
        return Path.Combine(output, "images");
    }
}
