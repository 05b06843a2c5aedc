using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using Serilog;

namespace KafkaMesh.Operator.Tests.Reconciliation;

/// <summary>What tests of the rollout share: evictions by the Playground's API server; the test is the controller that makes successors.</summary>
public abstract class PodRolloutTest : IAsyncLifetime
{
    private protected const string Old = "0000000000000000";
    private protected const string Current = "1111111111111111";
    private protected const string Other = "ffffffff-0000-0000-0000-000000000002";

    private PlaygroundCluster _cluster = null!;

    private protected OffsetTimeProvider Clock { get; } = new();
    private protected RecordedEvents Events { get; } = new();
    private protected RolloutProgress Progress { get; } = new();
    private protected ApiGate Gate { get; } = new();
    private protected KubernetesClient Client { get; private set; } = null!;
    private protected PodRollout Rollout { get; private set; } = null!;
    private protected MonitorCandidate Candidate { get; set; } = Monitor(RolloutSpec.Restart, paused: false);

    public async ValueTask InitializeAsync()
    {
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = Gate.Watch } });
        Client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        var log = new LoggerConfiguration().CreateLogger();
        Rollout = new PodRollout(Client, new OperatorReplicas(Client, "demo", Clock), new WorkloadOwners(Client, log), Events, Clock, log);
        await Client.CreateAsync(EntityType.Raw(new EntityMetadata("Namespace", "v1", "", "namespaces")), new JsonObject { ["metadata"] = new JsonObject { ["name"] = "demo" } });
        await Client.CreateAsync(
            EntityType.Raw(new EntityMetadata("ServiceAccount", "v1", "", "serviceaccounts")), new JsonObject { ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = "demo" } });
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<RolloutState> StepAsync(string hash = Current)
    {
        var census = PodCensus.Take(Candidate, await PodsAsync(), new Dictionary<string, string>(), [Candidate], disabled: false);
        return await Rollout.StepAsync(Progress, Candidate, census, hash, CancellationToken.None);
    }

    private protected async Task<IReadOnlyList<MonitoredPod>> PodsAsync() => [.. (await Client.ListAsync(MonitoredPod.Type, "demo")).Items];

    private protected async Task<IEnumerable<string>> NamesAsync() => (await PodsAsync()).Select(p => p.Name).Order(StringComparer.Ordinal);

    private protected Task DeleteAsync(string name) => Client.DeleteAsync(BuiltInEntities.Pods, name, "demo", new DeleteOptions { GracePeriodSeconds = 0 });

    private protected static MonitorCandidate Monitor(string strategy, bool paused) => new(
        "demo",
        "orders",
        Generation: 1,
        "2026-01-01T00:00:00Z",
        new KafkaMonitorSpec
        {
            Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "orders" } },
            Injection = InjectionMode.Selector,
            Rollout = new RolloutSpec { Strategy = strategy, Paused = paused },
        });

    private protected async Task CreateAsync(
        string name, string? hash, bool isReady = true, string? ownerKind = "ReplicaSet", string owner = "ffffffff-0000-0000-0000-000000000001")
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = "demo", ["labels"] = new JsonObject { ["app"] = "orders" } };
        if (hash is not null)
        {
            metadata["labels"]![WellKnownNames.MonitorLabel] = "orders";
            metadata["annotations"] = new JsonObject { [WellKnownNames.StatusAnnotation] = $$$"""{"monitor":"orders","generation":1,"hash":"{{{hash}}}","version":"1","ports":{"outbound":4591,"inbound":4592,"admin":4594},"uid":4092,"native":true}""" };
        }
        if (ownerKind is not null)
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = ownerKind, ["name"] = "orders-1", ["uid"] = owner, ["controller"] = true });
        await Client.CreateAsync(BuiltInEntities.Pods, new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "main:1" }) },
        });
        await SetReadyAsync(name, isReady);
    }

    private protected async Task CreateOperatorAsync(string name, string template)
    {
        await Client.CreateAsync(BuiltInEntities.Pods, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = "demo",
                ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "kafkamesh", ["app.kubernetes.io/component"] = "operator", ["pod-template-hash"] = template },
            },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "operator", ["image"] = "operator:1" }) },
        });
        await SetReadyAsync(name, isReady: true);
    }

    private protected async Task SetReadyAsync(string name, bool isReady)
    {
        var status = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = isReady ? "True" : "False" }),
        };
        await Client.PatchAsync(BuiltInEntities.Pods, V1Patch.Merge(new JsonObject { ["status"] = status }), name, "demo", new WriteOptions { Subresource = "status" });
    }
}
