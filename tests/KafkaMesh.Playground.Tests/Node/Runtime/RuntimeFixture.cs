using KafkaMesh.Playground.Images;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Runtime;
using KafkaMesh.Playground.Tests.Images;
using KafkaMesh.Playground.Tests.Network;

namespace KafkaMesh.Playground.Tests.Node.Runtime;

/// <summary>A node network, a runtime and the clients image for one test.</summary>
internal sealed class RuntimeFixture : IAsyncDisposable
{
    private readonly NetworkFixture node;

    private RuntimeFixture(NetworkFixture network, IContainerRuntime runtime, Image image, PodNetwork pod) =>
        (node, Runtime, Image, Pod) = (network, runtime, image, pod);

    public IContainerRuntime Runtime { get; }

    public Image Image { get; }

    public PodNetwork Pod { get; }

    public PlaygroundInstance Instance => node.Instance;

    public static async Task<RuntimeFixture> CreateAsync(RuntimeChoice choice = RuntimeChoice.Auto)
    {
        RootOnly.Require();
        var archive = await TestImages.ClientsArchiveAsync();
        var network = await NetworkFixture.CreateAsync();
        var store = new ImageStore(network.Instance.StateDirectory + "/images");
        var image = await store.LoadAsync(archive, TestContext.Current.CancellationToken);
        var runtime = await ContainerRuntimes.CreateAsync(choice, network.Instance);
        return new RuntimeFixture(network, runtime, image, await network.Network.AddPodAsync());
    }

    /// <summary>A container that runs a shell script as the given identity.</summary>
    public ContainerSetup Shell(string script, ContainerIdentity? identity = null) => new()
    {
        Id = "c" + Guid.NewGuid().ToString("N")[..8],
        ImageRoot = Image.Root,
        NetworkNamespace = Pod.Namespace.Path,
        HostName = "pod-0",
        Command = ["/bin/sh", "-c", script],
        Environment = ["PATH=/usr/bin:/usr/sbin"],
        Identity = identity ?? new ContainerIdentity(0, 0),
    };

    /// <summary>Runs a container to its end.</summary>
    public async Task<(int Exit, string Output)> RunAsync(ContainerSetup setup)
    {
        await using var process = await Runtime.StartAsync(setup, TestContext.Current.CancellationToken);
        process.Input.Close();
        var output = new StreamReader(process.Output).ReadToEndAsync();
        var error = new StreamReader(process.Error).ReadToEndAsync();
        var exit = await process.Exit.WaitAsync(TimeSpan.FromSeconds(20));
        return (exit, (await output + await error).TrimEnd());
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        await node.DisposeAsync();
    }
}
