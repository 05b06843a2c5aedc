using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>
/// The Playground's API server with the shipped manifests, applied by the real kubectl, and the operator running as the
/// shipped service account: what the roles do not grant is refused.
/// </summary>
public class OperatorFixture : IAsyncLifetime, ILogEventSink
{
    private CancellationTokenSource _stop = new();
    private PlaygroundCluster? _cluster;
    private ClusterController? _namespaces;
    private OperatorProcess? _process;
    private Task<bool>? _running;

    /// <summary>The administrator's client.</summary>
    internal KubernetesClient Admin { get; private set; } = null!;

    /// <summary>The real kubectl as administrator.</summary>
    internal Kubectl Kubectl { get; private set; } = null!;

    /// <summary>The API server.</summary>
    internal PlaygroundCluster Cluster => _cluster!;

    /// <summary>Every request of the shipped service account, and whether it was allowed.</summary>
    internal RequestRecorder Requests { get; } = new("system:serviceaccount:kafkamesh-system:kafkamesh-operator");

    /// <summary>Arguments of <c>kubectl apply</c> that install the product.</summary>
    protected virtual string[] Manifests => ["-k", Path.Combine(Repository.Root, "config", "default")];

    /// <summary>The Pod Security level that the API server enforces where a namespace has no label.</summary>
    protected virtual string DefaultPodSecurity => "privileged";

    /// <summary>Everything that the operator logged.</summary>
    internal ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The administrator's kubeconfig.</summary>
    internal string KubeconfigPath => _cluster!.KubeconfigPath;

    /// <summary>The operator.</summary>
    internal OperatorProcess Process => _process!;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped manifests cannot be applied");
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = Requests.Watch, DefaultPodSecurity = DefaultPodSecurity } });
        _namespaces = ClusterController.StartNamespaces(_cluster);
        Kubectl = new Kubectl(_cluster.KubeconfigPath);
        Admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        await InstallAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopOperatorAsync();
        Admin?.Dispose();
        if (_namespaces is not null)
            await _namespaces.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent) => Log.Enqueue($"{logEvent.Level}: {logEvent.RenderMessage()} {logEvent.Exception}");

    /// <summary>Ends the operator as SIGTERM does and starts another one, which knows only what the cluster holds.</summary>
    /// <param name="meanwhile">What happens while none runs.</param>
    internal async Task RestartOperatorAsync(Func<Task> meanwhile)
    {
        await StopOperatorAsync();
        await meanwhile();
        await StartOperatorAsync();
    }

    /// <summary>Whether an operator runs.</summary>
    internal bool IsRunning => _running is not null;

    /// <summary>Applies the manifests and starts an operator.</summary>
    internal async Task InstallAsync()
    {
        await Kubectl.RunAsync(null, ["apply", .. Manifests]);
        await Kubectl.RunAsync(null, "wait", "--for=condition=Established", "crd/kafkamonitors.kafkamesh.io", "--timeout=30s");
        await StartOperatorAsync();
    }

    /// <summary>Ends the operator as SIGTERM does.</summary>
    internal async Task StopOperatorAsync()
    {
        if (_running is null)
            return;
        await _stop.CancelAsync();
        Assert.True(await _running);
        await _process!.DisposeAsync();
        _running = null;
    }

    /// <summary>Makes a namespace and waits until the cluster's controller has given it a service account; one that exists is fine.</summary>
    internal async Task CreateNamespaceAsync(string name)
    {
        await Kubectl.RunAsync($$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{name}}"} }""", "apply", "-f", "-");
        await AwaitServiceAccountAsync(name);
    }

    /// <summary>Lets something happen while no controller empties namespaces that go.</summary>
    internal async Task WithoutNamespaceControllerAsync(Func<Task> meanwhile)
    {
        await _namespaces!.DisposeAsync();
        await meanwhile();
        _namespaces = ClusterController.StartNamespaces(Cluster);
    }

    /// <summary>Waits for the service account without which no pod is admitted to a namespace.</summary>
    internal Task AwaitServiceAccountAsync(string namespaceName) => UntilAsync(
        $"namespace {namespaceName} has its service account",
        async () => await Admin.GetAsync(EntityType.Raw(new EntityMetadata("ServiceAccount", "v1", "", "serviceaccounts")), "default", namespaceName) is not null);

    /// <summary>Polls until a condition holds.</summary>
    /// <param name="what">The condition in words.</param>
    /// <param name="condition">Whether it holds.</param>
    /// <param name="patience">How long it may take; null: 30 s.</param>
    internal async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        var limit = patience ?? TimeSpan.FromSeconds(30);
        using var deadline = new CancellationTokenSource(limit);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            try
            {
                await pace.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"after {limit.TotalSeconds:0} s still not: {what}\n{string.Join('\n', Log)}");
            }
        }
    }

    /// <summary>Makes a namespace with a monitor named orders of pods labelled app=orders.</summary>
    internal async Task ApplyMonitorAsync(string namespaceName, int intervalSeconds = 1)
    {
        await CreateNamespaceAsync(namespaceName);
        await Kubectl.RunAsync(MonitoredNamespace.Monitor(namespaceName, spec: $"\"report\": {{\"intervalSeconds\": {intervalSeconds}}}"), "apply", "-f", "-");
    }

    /// <summary>Makes a pod that the webhook injects, running at an address.</summary>
    internal async Task CreateInjectedPodAsync(string namespaceName, string name, string address)
    {
        await UntilAsync($"pod {name} injected", async () =>
        {
            var created = await CreatePodAsync(namespaceName, name, "enabled", hostNetwork: false, labels: null);
            if (created["metadata"]!["labels"]![WellKnownNames.MonitorLabel] is not null)
                return true;
            await Admin.DeleteAsync(BuiltInEntities.Pods, name, namespaceName, new DeleteOptions { GracePeriodSeconds = 0 });
            return false;
        });
        var status = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = address, ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }) } };
        await Admin.PatchAsync(BuiltInEntities.Pods, V1Patch.Merge(status), name, namespaceName, new WriteOptions { Subresource = "status" });
    }

    /// <summary>Makes a pod labelled app=orders.</summary>
    internal Task<JsonObject> CreatePodAsync(string namespaceName, string name, string? annotation, bool hostNetwork, JsonObject? labels, JsonObject? owner = null)
    {
        labels = labels is null ? [] : (JsonObject)labels.DeepClone();
        labels["app"] = "orders";
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = namespaceName, ["labels"] = labels };
        if (owner is not null)
            metadata["ownerReferences"] = new JsonArray(owner);
        if (annotation is not null)
            metadata["annotations"] = new JsonObject { [WellKnownNames.InjectAnnotation] = annotation };
        return Admin.CreateAsync(BuiltInEntities.Pods, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["hostNetwork"] = hostNetwork,
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "main:1" }),
            },
        });
    }

    /// <summary>Waits for an entry of the webhook registration.</summary>
    internal async Task<JsonObject> EntryAsync(string name)
    {
        JsonObject? entry = null;
        await UntilAsync($"webhook entry {name}", async () => (entry = (await EntriesAsync()).FirstOrDefault(e => e["name"]!.ToString() == name)) is not null);
        return entry!;
    }

    /// <summary>All entries of the webhook registration.</summary>
    internal async Task<List<JsonObject>> EntriesAsync()
    {
        var configuration = await Admin.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName);
        return [.. (configuration!["webhooks"] as JsonArray ?? []).OfType<JsonObject>()];
    }

    /// <summary>A client that trusts what the webhook registration trusts, and reaches this operator by the name of its Service.</summary>
    internal async Task<HttpClient> TrustingClientAsync()
    {
        await UntilAsync("ready", async () => (await GetAsync("/readyz")).Status == HttpStatusCode.OK);
        var secret = await Admin.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, "kafkamesh-system");
        var pem = Encoding.UTF8.GetString(Convert.FromBase64String(secret!["data"]!["ca.crt"]!.ToString()));
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Process.WebhookPort, token);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509Certificate2.CreateFromPem(pem) },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("https://kafkamesh-operator.kafkamesh-system.svc/") };
    }

    /// <summary>Asks the metrics port.</summary>
    internal async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync($"http://127.0.0.1:{Process.MetricsPort}{path}");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task StartOperatorAsync()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        _process = await MakeProcessAsync();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running = _process.RunAsync(started.SetResult, _stop.Token);
        await Task.WhenAny(started.Task, _running);
        await PublishEndpointsAsync();
    }

    /// <summary>Value of a flag of the operator; null leaves its default.</summary>
    protected virtual string? Flag(string name) => name switch
    {
        "webhook-port" or "metrics-port" or "dashboard-port" or "shutdown-delay" => "0",
        "pod-ip" => "127.0.0.1",
        _ => null,
    };

    /// <summary>A client with the rights of a service account.</summary>
    internal async Task<KubernetesClient> ClientOfAsync(string namespaceName, string account) => new(await ConfigurationOfAsync(namespaceName, account));

    /// <summary>An operator as the shipped service account, not running yet.</summary>
    internal async Task<OperatorProcess> MakeProcessAsync()
    {
        var options = OperatorSettings.Resolve(setting => Flag(setting.Name), _ => null, out var error);
        Assert.Null(error);
        var log = new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(this).CreateLogger();
        var metrics = new OperatorMetrics(ProductVersion.Text);
        var client = new KubernetesClient(await ConfigurationOfAsync("kafkamesh-system", "kafkamesh-operator"), metrics: metrics.Client);
        return new OperatorProcess(options!, client, TimeProvider.System, log, metrics);
    }

    /// <summary>The built operator as a process of its own and as the shipped service account.</summary>
    /// <param name="memoryLimit">Memory that its container would be allowed, in bytes; null: the machine's.</param>
    internal async Task<OperatorReplica> StartReplicaAsync(long? memoryLimit = null)
    {
        await ConfigurationOfAsync(WellKnownNames.SystemNamespace, WellKnownNames.OperatorName);
        return await OperatorReplica.StartAsync(ConfigurationFile(WellKnownNames.SystemNamespace, WellKnownNames.OperatorName), TestContext.Current.CancellationToken, memoryLimit: memoryLimit);
    }

    /// <summary>A token of a service account.</summary>
    internal async Task<string> TokenAsync(string account, string namespaceName, params string[] audiences)
    {
        var spec = new JsonObject { ["expirationSeconds"] = 3600 };
        if (audiences.Length > 0)
            spec["audiences"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]);
        var answer = await Admin.SendAsync(
            HttpMethod.Post,
            $"api/v1/namespaces/{namespaceName}/serviceaccounts/{account}/token",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = spec });
        return JsonNode.Parse(answer)!["status"]!["token"]!.ToString();
    }

    private async Task<KubernetesClientConfiguration> ConfigurationOfAsync(string namespaceName, string account)
    {
        var token = await TokenAsync(account, namespaceName);
        var text = await File.ReadAllTextAsync(_cluster!.TokenKubeconfigPath);
        var file = ConfigurationFile(namespaceName, account);
        await File.WriteAllTextAsync(file, System.Text.RegularExpressions.Regex.Replace(text, "token: .*", $"token: {token}"));
        return KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
    }

    private string ConfigurationFile(string namespaceName, string account) => Path.Combine(_cluster!.Directory, $"kubeconfig-{namespaceName}-{account}");

    /// <summary>Tells the API server where this operator listens.</summary>
    protected virtual Task PublishEndpointsAsync() => Admin.PatchAsync(
        EntityType.Raw(new EntityMetadata("Endpoints", "v1", "", "endpoints")),
        V1Patch.Apply(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Endpoints",
            ["metadata"] = new JsonObject { ["name"] = "kafkamesh-operator", ["namespace"] = "kafkamesh-system" },
            ["subsets"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" }),
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "webhook", ["port"] = Process.WebhookPort }),
            }),
        }),
        "kafkamesh-operator",
        "kafkamesh-system",
        new WriteOptions { FieldManager = "test", Force = true });
}
