using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>
/// The Playground's API server with the shipped manifests, applied by the real kubectl, and the operator running as the
/// shipped service account: what the roles do not grant is refused.
/// </summary>
public sealed class OperatorFixture : IAsyncLifetime, ILogEventSink
{
    private const string Monitor = """
        apiVersion: kafkamesh.io/v1alpha1
        kind: KafkaMonitor
        metadata: {name: orders, namespace: NAMESPACE}
        spec:
          selector: {matchLabels: {app: orders}}
          report: {intervalSeconds: INTERVAL}
        """;

    private CancellationTokenSource _stop = new();
    private PlaygroundCluster? _cluster;
    private OperatorProcess? _process;
    private Task<bool>? _running;

    /// <summary>The administrator's client.</summary>
    internal KubernetesClient Admin { get; private set; } = null!;

    /// <summary>The real kubectl as administrator.</summary>
    internal Kubectl Kubectl { get; private set; } = null!;

    /// <summary>Everything that the operator logged.</summary>
    internal ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The administrator's kubeconfig.</summary>
    internal string KubeconfigPath => _cluster!.KubeconfigPath;

    /// <summary>The operator.</summary>
    internal OperatorProcess Process => _process!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped manifests cannot be applied");
        _cluster = await PlaygroundCluster.StartAsync();
        Kubectl = new Kubectl(_cluster.KubeconfigPath);
        Admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        await Kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "default"));
        await StartOperatorAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopOperatorAsync();
        Admin?.Dispose();
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
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        await StartOperatorAsync();
    }

    /// <summary>Makes a namespace with the service account that a controller would make; one that exists is fine.</summary>
    internal Task CreateNamespaceAsync(string name) => Kubectl.RunAsync(
        $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{name}}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: {{name}}}
        """,
        "apply", "-f", "-");

    /// <summary>Polls until a condition holds.</summary>
    internal async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            try
            {
                await pace.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"after 30 s still not: {what}\n{string.Join('\n', Log)}");
            }
        }
    }

    /// <summary>Makes a namespace with a monitor named orders of pods labelled app=orders.</summary>
    internal async Task ApplyMonitorAsync(string namespaceName, int intervalSeconds = 1)
    {
        await CreateNamespaceAsync(namespaceName);
        await Kubectl.RunAsync(Monitor.Replace("NAMESPACE", namespaceName, StringComparison.Ordinal).Replace("INTERVAL", $"{intervalSeconds}", StringComparison.Ordinal), "apply", "-f", "-");
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

    /// <summary>Asks the metrics port.</summary>
    internal async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync($"http://127.0.0.1:{Process.MetricsPort}{path}");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task StartOperatorAsync()
    {
        var options = OperatorSettings.Resolve(Flag, _ => null, out var error);
        Assert.Null(error);
        var log = new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(this).CreateLogger();
        var client = new KubernetesClient(await OperatorConfigurationAsync());
        _process = new OperatorProcess(options!, client, TimeProvider.System, log);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running = _process.RunAsync(started.SetResult, _stop.Token);
        await Task.WhenAny(started.Task, _running);
        await PublishEndpointsAsync();
    }

    private async Task StopOperatorAsync()
    {
        if (_running is null)
            return;
        await _stop.CancelAsync();
        Assert.True(await _running);
        await _process!.DisposeAsync();
    }

    private static string? Flag(Setting setting) => setting.Name switch
    {
        "webhook-port" or "metrics-port" or "shutdown-delay" => "0",
        _ => null,
    };

    private async Task<KubernetesClientConfiguration> OperatorConfigurationAsync()
    {
        var answer = await Admin.SendAsync(
            HttpMethod.Post,
            "api/v1/namespaces/kafkamesh-system/serviceaccounts/kafkamesh-operator/token",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 3600 } });
        var token = JsonNode.Parse(answer)!["status"]!["token"]!.ToString();
        var text = await File.ReadAllTextAsync(_cluster!.TokenKubeconfigPath);
        var file = Path.Combine(_cluster.Directory, "kubeconfig-operator");
        await File.WriteAllTextAsync(file, System.Text.RegularExpressions.Regex.Replace(text, "token: .*", $"token: {token}"));
        return KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
    }

    private Task PublishEndpointsAsync() => Admin.PatchAsync(
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
