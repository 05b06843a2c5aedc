using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Benchmarks.Admission;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>An API server with the shipped manifests, monitors, and running pods that were injected for them.</summary>
internal sealed class ScaleCluster : IAsyncDisposable
{
    /// <summary>Monitors of one namespace.</summary>
    public const int PerNamespace = 5;

    private readonly PlaygroundCluster _cluster;
    private readonly KubernetesClient _admin;
    private readonly int _monitors;
    private readonly int _pods;

    private ScaleCluster(PlaygroundCluster cluster, int monitors, int pods)
    {
        (_cluster, _monitors, _pods) = (cluster, monitors, pods);
        _admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));
    }

    /// <summary>Kubeconfig of the user that the operator runs as.</summary>
    public string KubeconfigPath => _cluster.KubeconfigPath;

    /// <summary>Starts the server and fills it.</summary>
    /// <param name="counter">Counts requests.</param>
    /// <param name="monitors">How many monitors.</param>
    /// <param name="pods">How many pods, spread evenly.</param>
    /// <param name="adminPort">Port of their sidecars.</param>
    public static async Task<ScaleCluster> StartAsync(RequestCounter counter, int monitors, int pods, int adminPort)
    {
        var cluster = new ScaleCluster(
            await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = counter.Watch } }), monitors, pods);
        await AdmissionBench.ApplyDefaultAsync(cluster.KubeconfigPath);
        var inside = cluster._cluster.ClientFor("scale");
        for (var i = 0; i * PerNamespace < monitors; i++)
        {
            await inside.CreateAsync(Namespace(i), CancellationToken.None);
            await inside.CreateAsync(Account(i), CancellationToken.None);
        }
        for (var i = 0; i < monitors; i++)
            await inside.CreateAsync(Monitor(i), CancellationToken.None);
        for (var i = 0; i < pods; i++)
            await CreatePodAsync(inside, i, i % monitors, adminPort);
        return cluster;
    }

    /// <summary>All monitors.</summary>
    public IReadOnlyList<(string Namespace, string Name)> Monitors => [.. Enumerable.Range(0, _monitors).Select(i => (NamespaceOf(i), NameOf(i)))];

    /// <summary>Indexes of a monitor's pods.</summary>
    public IEnumerable<int> PodsOf(int monitor) => Enumerable.Range(0, _pods).Where(pod => pod % _monitors == monitor);

    /// <summary>Status of every monitor, as the cluster holds it.</summary>
    public async Task<List<KafkaMonitorStatus?>> StatusesAsync()
    {
        var listed = await _admin.ListAsync(MonitorReader.Type, namespaceName: null);
        var byKey = listed.Items.ToDictionary(MonitorReader.Type.KeyOf, MonitorReader.ReadStatus);
        return [.. Enumerable.Range(0, _monitors).Select(i => byKey[new NamespacedName(NamespaceOf(i), NameOf(i))])];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _cluster.DisposeAsync();
    }

    private static string NameOf(int monitor) => $"orders-{monitor}";

    private static string NamespaceOf(int monitor) => AdmissionBench.Namespace(monitor / PerNamespace);

    private static JsonObject Namespace(int index) => new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = AdmissionBench.Namespace(index) } };

    private static JsonObject Account(int index) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ServiceAccount",
        ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = AdmissionBench.Namespace(index) },
    };

    private static JsonObject Monitor(int index) => new()
    {
        ["apiVersion"] = $"{WellKnownNames.Group}/{WellKnownNames.Version}",
        ["kind"] = WellKnownNames.Kind,
        ["metadata"] = new JsonObject { ["name"] = NameOf(index), ["namespace"] = NamespaceOf(index) },
        ["spec"] = new JsonObject { ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = NameOf(index) } } },
    };

    private static async Task CreatePodAsync(IClusterClient client, int index, int monitor, int adminPort)
    {
        var pod = AdmissionLoad.Pod(monitor, NamespaceOf(monitor));
        var metadata = pod["metadata"]!.AsObject();
        metadata.Remove("generateName");
        metadata["name"] = $"orders-{monitor}-7d4b9c-{index:d5}";
        metadata["labels"]![WellKnownNames.MonitorLabel] = NameOf(monitor);
        metadata["annotations"]![WellKnownNames.StatusAnnotation] = JsonSerializer.Serialize(new
        {
            monitor = NameOf(monitor),
            generation = 1,
            hash = "0123456789abcdef",
            version = "0.1.0",
            native = true,
            uid = 4092,
            ports = new { outbound = 4591, inbound = 4592, admin = adminPort },
        });
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["name"] = $"orders-{monitor}-7d4b9c",
            ["uid"] = $"00000000-0000-0000-0000-{monitor:d12}",
            ["controller"] = true,
        });
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        pod["spec"]!["nodeName"] = $"node-{index % 100}";
        var created = (JsonObject)(await client.CreateAsync(pod, CancellationToken.None)).DeepClone();
        var address = SidecarFleet.AddressOf(index);
        created["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = address,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
            ["conditions"] = new JsonArray([.. ((string[])["PodScheduled", "Initialized", "ContainersReady", "Ready"]).Select(type => (JsonNode)new JsonObject { ["type"] = type, ["status"] = "True" })]),
            ["containerStatuses"] = new JsonArray(Running("main"), Running("helper")),
        };
        await client.UpdateAsync(created, "status", CancellationToken.None);
    }

    private static JsonObject Running(string name) => new()
    {
        ["name"] = name,
        ["image"] = $"registry.example/{name}:1.0",
        ["imageID"] = $"registry.example/{name}@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ["ready"] = true,
        ["restartCount"] = 0,
        ["state"] = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = "2026-01-01T00:00:00Z" } },
    };
}
