using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Diagnosis.Report;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground.ApiServer.Pods;

namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>
/// The product as installed, with what controllers and a kubelet would add: the operator's pod, the state of its Deployment and
/// the endpoints of its Service. The API server reaches the operator, which runs in this process, as if it were that pod.
/// </summary>
public class DoctorFixture : OperatorFixture, INodeAgent
{
    /// <summary>Name of the operator's pod.</summary>
    public const string OperatorPod = "kafkamesh-operator-1";

    private const string Space = WellKnownNames.SystemNamespace;

    /// <summary>EndpointSlices.</summary>
    internal static EntityType<JsonObject> Slices { get; } = EntityType.Raw(new EntityMetadata("EndpointSlice", "v1", "discovery.k8s.io", "endpointslices"));

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Cluster.Server.NodeAgent = this;
        await CreateOperatorPodAsync();
        await SetReadyReplicasAsync(2);
    }

    /// <inheritdoc/>
    protected override async Task PublishEndpointsAsync()
    {
        await base.PublishEndpointsAsync();
        var slice = JsonNode.Parse($$"""
            {
              "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
              "metadata": {"name": "{{OperatorPod}}", "namespace": "{{Space}}", "labels": {"kubernetes.io/service-name": "kafkamesh-operator"} },
              "addressType": "IPv4",
              "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": true} }],
              "ports": [{"name": "webhook", "port": {{Process.WebhookPort}}, "protocol": "TCP"}]
            }
            """)!.AsObject();
        await Admin.PatchAsync(Slices, V1Patch.Apply(slice), OperatorPod, Space, new WriteOptions { FieldManager = "test", Force = true });
    }

    /// <summary>Looks at everything, or at one namespace.</summary>
    internal Task<CheckReport> CheckAsync(string? only = null, TimeProvider? time = null, IKubernetesClient? client = null) =>
        new Doctor(client ?? Admin, Space, time ?? TimeProvider.System).CheckAsync(only, only ?? "default", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Looks at one pod.</summary>
    internal Task<CheckReport> CheckPodAsync(string space, string name) =>
        new Doctor(Admin, Space, TimeProvider.System).CheckPodAsync(space, name, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>What the Deployment's controller would say.</summary>
    internal Task SetReadyReplicasAsync(int ready) => Admin.PatchAsync(
        BuiltInEntities.Deployments,
        V1Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["replicas"] = 2, ["readyReplicas"] = ready, ["availableReplicas"] = ready } }),
        WellKnownNames.OperatorName, Space, new WriteOptions { Subresource = "status" });

    /// <summary>Replaces the data of an object by what a change makes of it.</summary>
    internal async Task ChangeAsync(EntityType<JsonObject> type, string name, string? space, Action<JsonObject> change)
    {
        var found = (await Admin.GetAsync(type, name, space))!;
        change(found);
        await Admin.UpdateAsync(type, found);
    }

    /// <summary>The state that a kubelet would report of a pod.</summary>
    internal Task PatchStatusAsync(string space, string name, string status) => Admin.PatchAsync(
        BuiltInEntities.Pods, V1Patch.Merge(new JsonObject { ["status"] = JsonNode.Parse(status) }), name, space, new WriteOptions { Subresource = "status" });

    async Task<Stream> INodeAgent.ConnectAsync(string @namespace, string pod, int port, CancellationToken cancel)
    {
        Assert.Equal((Space, OperatorPod, 8080), (@namespace, pod, port));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Process.MetricsPort, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    Task<IPodLog> INodeAgent.OpenLogAsync(string @namespace, string pod, string container, LogOptions options, CancellationToken cancel) => throw new NotSupportedException();

    Task<IExecSession> INodeAgent.ExecAsync(string @namespace, string pod, string container, ExecOptions options, CancellationToken cancel) => throw new NotSupportedException();

    private async Task CreateOperatorPodAsync()
    {
        var template = (await Admin.GetAsync(BuiltInEntities.Deployments, WellKnownNames.OperatorName, Space))!["spec"]!["template"]!;
        var metadata = (JsonObject)template["metadata"]!.DeepClone();
        (metadata["name"], metadata["namespace"]) = (OperatorPod, Space);
        await Admin.CreateAsync(BuiltInEntities.Pods, new JsonObject { ["metadata"] = metadata, ["spec"] = template["spec"]!.DeepClone() });
        await PatchStatusAsync(Space, OperatorPod, """{"phase": "Running", "podIP": "127.0.0.1", "conditions": [{"type": "Ready", "status": "True"}]}""");
    }
}
