using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Exec;
using KafkaMesh.Playground.Node.Launch;
using KafkaMesh.Playground.Node.Logs;
using KafkaMesh.Playground.Node.Pods;
using Serilog;

namespace KafkaMesh.Playground.Node;

/// <summary>The kubelet of the one node: runs the pods that are bound to it and answers for their logs, exec and connections.</summary>
internal sealed class NodeAgent(NodeServices services) : INodeAgent, IAsyncDisposable
{
    private readonly Dictionary<string, (PodWorker Worker, Task Running)> pods = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;
    private int nextPod;

    /// <summary>Registers the node and begins to run its pods.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (services.Client.Get("v1", "Node", "", services.NodeName) is null) await services.Client.CreateAsync(NodeObject.Create(services), cancellationToken);
        watching = WatchAsync();
    }

    public Task<IPodLog> OpenLogAsync(string @namespace, string pod, string container, LogOptions options, CancellationToken cancel)
    {
        var worker = Find(@namespace, pod, container);
        var log = options.Previous ? worker.PreviousLog : worker.Log;
        if (log is not null) return Task.FromResult<IPodLog>(new ContainerLogReader(log, options, services.Time));
        throw options.Previous
            ? new NodeAgentException(400, $"previous terminated container \"{container}\" in pod \"{pod}\" not found")
            : new NodeAgentException(400, $"container \"{container}\" in pod \"{pod}\" is waiting to start: {worker.Status.WaitingReason ?? "ContainerCreating"}");
    }

    public async Task<IExecSession> ExecAsync(string @namespace, string pod, string container, ExecOptions options, CancellationToken cancel)
    {
        var run = Find(@namespace, pod, container).Current
            ?? throw new NodeAgentException(500, $"Internal error occurred: unable to upgrade connection: container not found (\"{container}\")");
        try
        {
            if (!options.Tty) return new ExecSession(await services.Runtime.ExecAsync(run.Process, run.Setup, options.Command, null, cancel), options);
            var terminal = new PseudoTerminal();
            var setup = run.Setup with { Environment = [.. run.Setup.Environment, "TERM=xterm"] };
            return new TerminalSession(await services.Runtime.ExecAsync(run.Process, setup, options.Command, terminal.Path, cancel), terminal);
        }
        catch (LaunchException e)
        {
            throw new NodeAgentException(500, $"Internal error occurred: error executing command in container: {e.Message}", e);
        }
    }

    public async Task<Stream> ConnectAsync(string @namespace, string pod, int port, CancellationToken cancel)
    {
        var network = FindPod(@namespace, pod)?.Network ?? throw new NodeAgentException(503, $"pod \"{pod}\" has no address: it does not run");
        try
        {
            return new NetworkStream(await services.Network.Node.ConnectAsync(new IPEndPoint(network.Address, port), cancel), ownsSocket: true);
        }
        catch (SocketException e)
        {
            throw new NodeAgentException(503, string.Create(CultureInfo.InvariantCulture, $"error trying to reach service: dial tcp {network.Address}:{port}: {e.Message}"), e);
        }
    }

    /// <summary>Stops every pod at once: the machine gets its processes, namespaces and mounts back; the objects stay as they are.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        (PodWorker Worker, Task Running)[] left;
        lock (gate) left = [.. pods.Values];
        foreach (var (worker, _) in left) worker.Delete(TimeSpan.FromSeconds(2));
        await Task.WhenAll(left.Select(entry => entry.Running));
        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in services.Client.WatchAsync("v1", "Pod", null, stopping.Token))
            {
                if (change.Object is { } pod && pod.Text("spec", "nodeName") == services.NodeName) Handle(change.Type, pod);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Log.Debug("The node agent stops watching");
        }
    }

    private void Handle(ClusterEventType type, JsonObject pod)
    {
        lock (gate)
        {
            var known = pods.TryGetValue(pod.Uid(), out var entry);
            if (type == ClusterEventType.Deleted)
            {
                if (known) entry.Worker.Delete(TimeSpan.Zero);
                return;
            }
            if (!known && pod.Text("status", "phase") is not ("Succeeded" or "Failed")) pods[pod.Uid()] = entry = Begin(pod);
            if (pod.Text("metadata", "deletionTimestamp") is null) return;
            var grace = TimeSpan.FromSeconds(pod.Number("metadata", "deletionGracePeriodSeconds") ?? 30);
            if (entry.Worker is { } worker) worker.Delete(grace);
        }
    }

    private (PodWorker Worker, Task Running) Begin(JsonObject pod)
    {
        var worker = new PodWorker(services, pod, ++nextPod);
        return (worker, Task.Run(() => RunAsync(worker)));
    }

    private async Task RunAsync(PodWorker worker)
    {
        try
        {
            await worker.RunAsync();
        }
        catch (Exception e)
        {
            // One pod's trouble must not end the others; what it was goes to the terminal with its stack.
            Log.Error(e, "The worker of pod {Uid} ended unexpectedly", worker.Uid);
        }
        lock (gate) pods.Remove(worker.Uid);
        worker.Dispose();
    }

    private PodWorker? FindPod(string @namespace, string pod)
    {
        var uid = services.Client.Get("v1", "Pod", @namespace, pod).Uid();
        lock (gate) return pods.TryGetValue(uid, out var entry) ? entry.Worker : null;
    }

    private ContainerWorker Find(string @namespace, string pod, string container) => FindPod(@namespace, pod)?.Container(container)
        ?? throw new NodeAgentException(400, $"container \"{container}\" in pod \"{pod}\" is waiting to start: ContainerCreating");
}
