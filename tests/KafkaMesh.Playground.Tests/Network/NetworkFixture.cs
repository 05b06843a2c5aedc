using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Network;

/// <summary>A node network of its own for one test, removed with it.</summary>
internal sealed class NetworkFixture : IAsyncDisposable
{
    private NetworkFixture(PlaygroundInstance instance, NodeNetwork network) => (Instance, Network) = (instance, network);

    public PlaygroundInstance Instance { get; }

    public NodeNetwork Network { get; }

    public static async Task<NetworkFixture> CreateAsync()
    {
        RootOnly.Require();
        var instance = PlaygroundInstance.Create();
        return new NetworkFixture(instance, await NodeNetwork.CreateAsync(instance, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await StaleInstances.RemoveAsync(Instance);
    }
}
