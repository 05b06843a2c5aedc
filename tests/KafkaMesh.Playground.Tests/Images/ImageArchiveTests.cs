using System.Security.Cryptography;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Runtime;
using KafkaMesh.Playground.Tests.Network;
using KafkaMesh.Playground.Tests.Node.Runtime;

namespace KafkaMesh.Playground.Tests.Images;

/// <summary>The image archives, judged by tools that are not ours.</summary>
public sealed class ImageArchiveTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archives_BuiltTwiceFromTheSameInputs_AreByteIdentical()
    {
        var first = await TestImages.DirectoryAsync();
        var second = await TestImages.BuildAsync();
        var names = Directory.GetFiles(first).Select(Path.GetFileName).Order().ToList();
        Assert.Equal(["kafkamesh-clients.tar", "kafkamesh-proxy.tar"], names);
        foreach (var name in names) Assert.Equal(await DigestAsync(Path.Combine(first, name!)), await DigestAsync(Path.Combine(second, name!)));
    }

    [Fact]
    public async Task Podman_ClientsArchive_IsLoadedAndItsClientRuns()
    {
        await using var podman = await PodmanStorage.CreateAsync();
        Assert.Contains("kafkamesh-clients:v0.1.0", await podman.RunAsync("load", "--input", await TestImages.ClientsArchiveAsync()), StringComparison.Ordinal);
        Assert.Contains("librdkafka", await podman.RunAsync("run", "--rm", "--pull=never", "--network=none", "localhost/kafkamesh-clients:v0.1.0", "kcat", "-V"), StringComparison.Ordinal);
        Assert.Equal("65532:65532\n", await podman.RunAsync("run", "--rm", "--pull=never", "--network=none", "localhost/kafkamesh-clients:v0.1.0", "sh", "-c", "echo $(id -u):$(id -g)"));
    }

    [Theory]
    [InlineData("proxy", "decode")]
    [InlineData("operator", "inject")]
    public async Task Podman_ShippedArchive_IsLoadedAndPrintsItsHelp(string image, string command)
    {
        var archive = Path.Combine(TestImages.RepositoryRoot(), "out/images", $"kafkamesh-{image}.tar");
        if (!File.Exists(archive)) Assert.Skip("the shipped images are not built: run make images");
        await using var podman = await PodmanStorage.CreateAsync();
        await podman.RunAsync("load", "--input", archive);
        var help = await podman.RunAsync("run", "--rm", "--pull=never", "--network=none", $"localhost/kafkamesh-{image}:v0.1.0", "--help");
        Assert.Contains(command, help, StringComparison.Ordinal);
    }

    private static async Task<string> DigestAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, Cancel));
    }

    /// <summary>A storage of podman's in a directory of its own, removed with everything in it.</summary>
    private sealed class PodmanStorage : IAsyncDisposable
    {
        private readonly string directory;
        private readonly string[] podman;

        private PodmanStorage(string path, string[] command) => (directory, podman) = (path, command);

        public static async Task<PodmanStorage> CreateAsync()
        {
            RootOnly.Require();
            if (PodmanTrial.Obstacle is { } obstacle) Assert.Skip(obstacle);
            var path = Directory.CreateTempSubdirectory("kafkamesh-podman-").FullName;
            return new PodmanStorage(path, await PodmanConfiguration.WriteAsync(path, Cancel));
        }

        public Task<string> RunAsync(params string[] arguments) => HostCommand.RunAsync(podman[0], podman[1..].Concat(arguments));

        public async ValueTask DisposeAsync()
        {
            await RunAsync("rmi", "--all", "--force");
            await HostCommand.RunAsync("sh", ["-c", "umount -R \"$1\"/storage/* 2>/dev/null; rm -rf \"$1\"", "sh", directory]);
        }
    }
}
