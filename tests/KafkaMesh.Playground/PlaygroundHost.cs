using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Controllers;
using KafkaMesh.Playground.Images;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Network.Dns;
using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Node.Runtime;
using Serilog;

namespace KafkaMesh.Playground;

/// <summary>A whole cluster in a box: API server, node network, DNS, node agent and controllers; disposing it removes everything that it made on the machine.</summary>
internal sealed class PlaygroundHost : IAsyncDisposable
{
    private const int ApiServerPort = 6443;
    private readonly Stack<Func<ValueTask>> undo = new();
    private readonly CancellationTokenSource stopping = new();

    private PlaygroundHost()
    {
    }

    /// <summary>API server and kubeconfig files.</summary>
    public PlaygroundCluster Cluster { get; private set; } = null!;

    public NodeNetwork Network { get; private set; } = null!;

    public NodeAgent Agent { get; private set; } = null!;

    public ImageStore Images { get; private set; } = null!;

    public IContainerRuntime Runtime { get; private set; } = null!;

    /// <summary>Services on 127.0.0.1 with the ports that were chosen.</summary>
    public IReadOnlyList<ServicePublisher> Published { get; private set; } = [];

    public PlaygroundInstance Instance { get; private set; } = null!;

    /// <summary>Starts everything; what a killed playground left on the machine is removed first.</summary>
    /// <exception cref="HostCommandException">A tool or a privilege is missing; the message is one sentence.</exception>
    public static async Task<PlaygroundHost> StartAsync(PlaygroundOptions options, CancellationToken cancellationToken = default)
    {
        var playground = new PlaygroundHost();
        try
        {
            await playground.StartPartsAsync(options, cancellationToken);
            return playground;
        }
        catch
        {
            await playground.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the controllers, then the pods, then the API server, and removes namespaces, mounts, control groups and state.</summary>
    public async ValueTask DisposeAsync()
    {
        while (undo.TryPop(out var step)) await step();
        stopping.Dispose();
    }

    private async Task StartPartsAsync(PlaygroundOptions options, CancellationToken cancellationToken)
    {
        Privileges.Require();
        if (!UserNamespace.IsInside) await StaleInstances.SweepAsync(); // there, everything went with the namespace
        Instance = PlaygroundInstance.Create();
        undo.Push(() => new ValueTask(StaleInstances.RemoveAsync(Instance)));
        Network = Keep(await NodeNetwork.CreateAsync(Instance, cancellationToken));
        await StartServerAsync(options, cancellationToken);
        await StartNodeAsync(options, cancellationToken);
        var zone = new ClusterZone();
        Keep(new DnsServer(Network.Node, new IPEndPoint(NodeNetwork.DnsAddress, 53), zone));
        StartControllers(zone, options.RestartBackoff);
        await CreateClusterServicesAsync(cancellationToken);
        await AwaitServiceAccountAsync(cancellationToken);
        Published = [.. options.Published.Select(service => Keep(new ServicePublisher(Network.Node, service, () => Resolve(service))))];
    }

    private async Task StartServerAsync(PlaygroundOptions options, CancellationToken cancellationToken)
    {
        var listener = Network.Node.ListenDescriptor(new IPEndPoint(NodeNetwork.NodeAddress, ApiServerPort));
        var server = options.Server with
        {
            Listeners = [listener],
            Addresses = [NodeNetwork.NodeAddress, NodeNetwork.ApiServerServiceAddress],
            Dial = async (target, token) => new NetworkStream(await Network.Node.ConnectAsync(target, token), ownsSocket: true),
        };
        Cluster = Keep(await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = server, Directory = options.Directory }, cancellationToken));
    }

    private async Task StartNodeAsync(PlaygroundOptions options, CancellationToken cancellationToken)
    {
        Images = new ImageStore(Path.Combine(Instance.StateDirectory, "images"));
        foreach (var archive in options.Images)
        {
            if (Directory.Exists(archive)) await Images.LoadDirectoryAsync(archive, cancellationToken);
            else await Images.LoadAsync(archive, cancellationToken);
        }
        Runtime = Keep(await ContainerRuntimes.CreateAsync(options.Runtime, Instance, cancellationToken));
        var client = Cluster.ClientFor("node:node");
        Agent = new NodeAgent(new NodeServices
        {
            Client = client,
            Tokens = new NodeTokens(client, Cluster.Server.Policy.Tokens),
            Instance = Instance,
            Network = Network,
            Runtime = Runtime,
            Images = Images,
            Version = options.Server.Version,
            Events = new EventRecorder(Cluster.ClientFor("kubelet"), "kubelet", TimeProvider.System),
            RestartBackoff = options.RestartBackoff,
        });
        Keep(Agent);
        Cluster.Server.NodeAgent = Agent;
        await Agent.StartAsync(cancellationToken);
    }

    private void StartControllers(ClusterZone zone, TimeSpan restartBackoff)
    {
        var time = TimeProvider.System;
        EventRecorder Events(string component) => new(Cluster.ClientFor(component), component, time);
        Controller[] controllers =
        [
            new Scheduler(Cluster.ClientFor("kube-scheduler"), "node", Events("default-scheduler"), time),
            new ReplicaSetController(Cluster.ClientFor("kube-controller-manager"), Events("replicaset-controller"), restartBackoff, time),
            new DeploymentController(Cluster.ClientFor("kube-controller-manager"), Events("deployment-controller"), time),
            new JobController(Cluster.ClientFor("kube-controller-manager"), Events("job-controller"), restartBackoff, time),
            new DisruptionController(Cluster.ClientFor("kube-controller-manager"), time),
            new EndpointsController(Cluster.ClientFor("kube-controller-manager"), time),
            new NamespaceController(Cluster.ClientFor("kube-controller-manager"), () => StoredKinds(namespacedOnly: true), Cluster.Server.Authority.CertificatePem, time),
            new ServiceNetworkController(Cluster.ClientFor("kube-proxy"), Network, zone, time),
        ];
        var collector = new GarbageCollector(Cluster.ClientFor("kube-controller-manager"), () => StoredKinds(namespacedOnly: false), time);
        var running = Task.WhenAll([collector.RunAsync(stopping.Token), .. controllers.Select(c => c.RunAsync(stopping.Token))]);
        undo.Push(async () =>
        {
            await stopping.CancelAsync();
            await running;
        });
    }

    /// <summary>Waits for the service account of namespace default, without which no pod is admitted there.</summary>
    private async Task AwaitServiceAccountAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in Cluster.ClientFor("apiserver").WatchAsync("v1", "ServiceAccount", "default", cancellationToken))
        {
            if (change.Object.Name() == "default") return;
        }
    }

    /// <summary>The kinds that are stored, one for each storage.</summary>
    private IEnumerable<(string ApiVersion, string Kind)> StoredKinds(bool namespacedOnly) => Cluster.Server.Kinds.All
        .Where(k => k.IsStored && (k.Namespaced || !namespacedOnly)).DistinctBy(k => k.Storage).Select(k => (k.ApiVersion, k.Kind));

    /// <summary>The two Services that every cluster has: the API server and DNS.</summary>
    private async Task CreateClusterServicesAsync(CancellationToken cancellationToken)
    {
        var client = Cluster.ClientFor("apiserver");
        var https = new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = ApiServerPort };
        await client.CreateAsync(ServiceObject("default", "kubernetes", NodeNetwork.ApiServerServiceAddress, https), cancellationToken);
        var endpoints = Named("Endpoints", "default", "kubernetes");
        endpoints["subsets"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["ip"] = NodeNetwork.NodeAddress.ToString() }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = ApiServerPort, ["protocol"] = "TCP" }),
        });
        await client.CreateAsync(endpoints, cancellationToken);
        var dns = new JsonObject { ["name"] = "dns", ["port"] = 53, ["protocol"] = "UDP", ["targetPort"] = 53 };
        await client.CreateAsync(ServiceObject("kube-system", "kube-dns", NodeNetwork.DnsAddress, dns), cancellationToken);
    }

    private static JsonObject ServiceObject(string space, string name, IPAddress address, JsonObject port)
    {
        var service = Named("Service", space, name);
        service["spec"] = new JsonObject { ["type"] = "ClusterIP", ["clusterIP"] = address.ToString(), ["ports"] = new JsonArray(port) };
        return service;
    }

    private static JsonObject Named(string kind, string space, string name) =>
        new() { ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space } };

    private IPEndPoint? Resolve(PublishedService published)
    {
        var service = Cluster.ClientFor("kube-proxy").Get("v1", "Service", published.Namespace, published.Service);
        return IPAddress.TryParse(service.Text("spec", "clusterIP"), out var address) ? new IPEndPoint(address, published.Port) : null;
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        undo.Push(part.DisposeAsync);
        return part;
    }
}
