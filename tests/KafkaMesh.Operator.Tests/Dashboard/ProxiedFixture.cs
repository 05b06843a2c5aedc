using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Tests.Diagnosis;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground.ApiServer.Pods;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>
/// The operator with its dashboard behind the API server's service proxy: the endpoints of its Service lead to this process, as to a pod. Users are
/// service accounts with a kubeconfig of their own.
/// </summary>
public class ProxiedFixture : DashboardFixture, INodeAgent
{
    private const string Pod = "kafkamesh-operator-1";
    private const string Space = WellKnownNames.SystemNamespace;

    private readonly ConcurrentBag<Stream> _connections = [];

    /// <summary>Where the proxy connects to; null: nothing listens there.</summary>
    internal int? ProxiedPort { get; set; }

    /// <summary>Breaks off whatever goes through the proxy now.</summary>
    internal void BreakConnections()
    {
        while (_connections.TryTake(out var connection))
            connection.Dispose();
    }

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Cluster.Server.NodeAgent = this;
        ProxiedPort = Process.Dashboard!.Port;
        await CreateNamespaceAsync("people");
        var spec = (await Admin.GetAsync(BuiltInEntities.Deployments, WellKnownNames.OperatorName, Space))!["spec"]!["template"]!["spec"]!.DeepClone();
        await Admin.CreateAsync(BuiltInEntities.Pods, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Pod, ["namespace"] = Space }, ["spec"] = spec });
        await PublishDashboardAsync(isReady: true);
    }

    /// <summary>Publishes the dashboard as the port of a pod that is ready, or not.</summary>
    internal async Task PublishDashboardAsync(bool isReady)
    {
        var slice = JsonNode.Parse($$"""
            {
              "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
              "metadata": {"name": "{{Pod}}", "namespace": "{{Space}}", "labels": {"kubernetes.io/service-name": "kafkamesh-operator"} },
              "addressType": "IPv4",
              "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": {{(isReady ? "true" : "false")}} }, "targetRef": {"kind": "Pod", "name": "{{Pod}}", "namespace": "{{Space}}" } }],
              "ports": [{"name": "dashboard", "port": 8081, "protocol": "TCP"}]
            }
            """)!.AsObject();
        await Admin.PatchAsync(DoctorFixture.Slices, V1Patch.Apply(slice), Pod, Space, new WriteOptions { FieldManager = "test", Force = true });
    }

    /// <summary>A person: the kubeconfig of a new service account that is bound to Roles of the operator's namespace.</summary>
    internal async Task<string> PersonAsync(string name, params string[] roles)
    {
        await Kubectl.RunAsync(null, "create", "serviceaccount", name, "-n", "people");
        foreach (var role in roles)
            await Kubectl.RunAsync(null, "create", "rolebinding", $"{name}-{role}", "-n", Space, $"--role={role}", $"--serviceaccount=people:{name}");
        var token = await TokenAsync(name, "people");
        var file = Path.Combine(Cluster.Directory, $"kubeconfig-of-{name}");
        var text = await File.ReadAllTextAsync(Cluster.TokenKubeconfigPath);
        await File.WriteAllTextAsync(file, System.Text.RegularExpressions.Regex.Replace(text, "token: .*", $"token: {token}"));
        return file;
    }

    /// <summary>Runs a command as the administrator, or as somebody else.</summary>
    internal Task<(int Code, string Output, string Errors)> RunAsync(string? kubeconfig, params string[] arguments) =>
        BuiltProgram.RunAsync("", [.. arguments, "--kubeconfig", kubeconfig ?? KubeconfigPath]);

    async Task<Stream> INodeAgent.ConnectAsync(string @namespace, string pod, int port, CancellationToken cancel)
    {
        Assert.Equal((Space, Pod, 8081), (@namespace, pod, port));
        if (ProxiedPort is not { } proxied)
            throw new NodeAgentException(503, "error trying to reach service: dial tcp 127.0.0.1:8081: Connection refused");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, proxied, cancel);
        var connection = new NetworkStream(socket, ownsSocket: true);
        _connections.Add(connection);
        return connection;
    }

    Task<IPodLog> INodeAgent.OpenLogAsync(string @namespace, string pod, string container, LogOptions options, CancellationToken cancel) => throw new NotSupportedException();

    Task<IExecSession> INodeAgent.ExecAsync(string @namespace, string pod, string container, ExecOptions options, CancellationToken cancel) => throw new NotSupportedException();
}
