using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Controllers;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>A controller of the cluster that runs until it is disposed of.</summary>
internal sealed class ClusterController : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private ClusterController(Func<CancellationToken, Task> run) => _running = run(_stop.Token);

    /// <summary>What furnishes namespaces with their service account, and empties one that goes.</summary>
    public static ClusterController StartNamespaces(PlaygroundCluster cluster) => new(new NamespaceController(
        Client(cluster), () => Kinds(cluster, namespacedOnly: true), cluster.Server.Authority.CertificatePem, TimeProvider.System).RunAsync);

    /// <summary>What deletes objects whose owners are gone.</summary>
    public static ClusterController StartGarbageCollector(PlaygroundCluster cluster) => new(new GarbageCollector(
        Client(cluster), () => Kinds(cluster, namespacedOnly: false), TimeProvider.System).RunAsync);

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

    private static IClusterClient Client(PlaygroundCluster cluster) => cluster.ClientFor("kube-controller-manager");

    private static IEnumerable<(string ApiVersion, string Kind)> Kinds(PlaygroundCluster cluster, bool namespacedOnly) => cluster.Server.Kinds.All
        .Where(k => k.IsStored && (k.Namespaced || !namespacedOnly)).DistinctBy(k => k.Storage).Select(k => (k.ApiVersion, k.Kind));
}
