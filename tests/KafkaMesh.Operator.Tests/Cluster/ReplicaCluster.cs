using System.Diagnostics;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>The Playground's API server with the shipped manifests and a monitor with one pod, for operators that are processes of their own with the shipped roles.</summary>
internal sealed class ReplicaCluster : IAsyncDisposable
{
    /// <summary>Namespace of the monitor named orders.</summary>
    public const string Space = "failover";

    private readonly PlaygroundCluster _cluster;

    private ReplicaCluster(PlaygroundCluster cluster, WriteLog writes, ApiGate gate)
    {
        (_cluster, Writes, Gate) = (cluster, writes, gate);
        Admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));
    }

    /// <summary>The administrator's client.</summary>
    public KubernetesClient Admin { get; }

    /// <summary>What was written.</summary>
    public WriteLog Writes { get; }

    /// <summary>Stands before every write.</summary>
    public ApiGate Gate { get; }

    /// <summary>Starts it.</summary>
    /// <param name="podAddress">Address of the pod's sidecar.</param>
    public static async Task<ReplicaCluster> StartAsync(string podAddress)
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped manifests cannot be applied");
        var (writes, gate) = (new WriteLog(), new ApiGate());
        var cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = parts => writes.Around(gate.Watch(parts)) } });
        var started = new ReplicaCluster(cluster, writes, gate);
        var kubectl = new Kubectl(cluster.KubeconfigPath);
        await kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "default"));
        await kubectl.RunAsync(null, "create", "clusterrolebinding", "replicas", "--clusterrole=kafkamesh-operator", "--user=replica-1", "--user=replica-2");
        await kubectl.RunAsync(null, "create", "rolebinding", "replicas", "-n", "kafkamesh-system", "--role=kafkamesh-operator", "--user=replica-1", "--user=replica-2");
        await MonitoredNamespace.ApplyAsync(kubectl, Space, "\"report\": {\"intervalSeconds\": 1}");
        await MonitoredNamespace.RunPodAsync(started.Admin, Space, podAddress);
        return started;
    }

    /// <summary>Starts an operator.</summary>
    /// <param name="user">replica-1 or replica-2.</param>
    /// <param name="leaseSeconds">How long a leader that it hears of no more is waited for.</param>
    public async Task<OperatorReplica> StartReplicaAsync(string user, int leaseSeconds)
    {
        var file = Path.Combine(_cluster.Directory, user);
        using var certificate = _cluster.Server.Authority.IssueClient(user, []);
        Kubeconfig.WriteWithCertificate(file, _cluster.Address, _cluster.Server.Authority.CertificatePem, certificate);
        return await OperatorReplica.StartAsync(file, TestContext.Current.CancellationToken, leaseSeconds);
    }

    /// <summary>Requests that the status shows; null when there are none.</summary>
    public async Task<long?> RequestsAsync() => MonitorReader.ReadStatus((await Admin.GetAsync(MonitorReader.Type, "orders", Space))!)?.ApiKeys?.Single().Requests;

    /// <summary>That each leader wrote in its time and none after another had begun.</summary>
    public void AssertOneWriterAfterTheOther()
    {
        var writers = Writes.OfLeaders.Select(write => write.User).Where(user => user.StartsWith("replica-", StringComparison.Ordinal)).ToList();
        Assert.Equal(["replica-1", "replica-2"], writers.Distinct());
        Assert.True(writers.LastIndexOf("replica-1") < writers.IndexOf("replica-2"), string.Join(", ", Writes.OfLeaders));
    }

    /// <summary>Polls until a condition holds, at most for 30 s.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"after 30 s still not: {what}");
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await _cluster.DisposeAsync();
    }
}
