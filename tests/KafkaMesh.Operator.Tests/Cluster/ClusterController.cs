using KafkaMesh.Playground;
using KafkaMesh.Playground.Controllers;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>What empties a namespace that goes and collects objects whose owners are gone.</summary>
internal sealed class ClusterControllers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ClusterControllers(PlaygroundCluster cluster)
    {
        var client = cluster.ClientFor("kube-controller-manager");
        var namespaces = new NamespaceController(client, () => Kinds(cluster, namespacedOnly: true), cluster.Server.Authority.CertificatePem, TimeProvider.System);
        var collector = new GarbageCollector(client, () => Kinds(cluster, namespacedOnly: false), TimeProvider.System);
        _running = Task.WhenAll(namespaces.RunAsync(_stop.Token), collector.RunAsync(_stop.Token));
    }

    /// <summary>Every object that is stored, as kind, namespace and name.</summary>
    public static SortedSet<string> Everything(PlaygroundCluster cluster)
    {
        var client = cluster.ClientFor("test");
        return new SortedSet<string>(
            Kinds(cluster, namespacedOnly: false).SelectMany(k => client.List(k.ApiVersion, k.Kind)).Select(o => $"{o["kind"]} {o["metadata"]!["namespace"]}/{o["metadata"]!["name"]}"),
            StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static IEnumerable<(string ApiVersion, string Kind)> Kinds(PlaygroundCluster cluster, bool namespacedOnly) => cluster.Server.Kinds.All
        .Where(k => k.IsStored && (k.Namespaced || !namespacedOnly)).DistinctBy(k => k.Storage).Select(k => (k.ApiVersion, k.Kind));
}
