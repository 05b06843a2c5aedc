using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using Serilog;

namespace KafkaMesh.Operator.Tests.Webhook;

/// <summary>What tests of the registrar share: the registrar with the shipped roles, and an API server that can refuse, forget and be edited by others.</summary>
public abstract class WebhookRegistrarTest : IAsyncLifetime
{
    private protected const string SystemNamespace = WellKnownNames.SystemNamespace;
    private static readonly EntityType<JsonObject> Roles = EntityType.Raw(new EntityMetadata("ClusterRole", "v1", "rbac.authorization.k8s.io", "clusterroles"));
    private protected static readonly ILogger Quiet = new LoggerConfiguration().CreateLogger();

    private readonly CancellationTokenSource _stop = new();
    private PlaygroundCluster _cluster = null!;
    private Task _caches = Task.CompletedTask;

    private protected OffsetTimeProvider Clock { get; } = new();
    private protected OperatorMetrics Metrics { get; } = new("test");
    private protected RecordedEvents Events { get; } = new();
    private protected RegistrationRefusal Refusal { get; } = new();
    private protected ApiGate Gate { get; } = new();
    private protected Kubectl Kubectl { get; private set; } = null!;
    private protected KubernetesClient Admin { get; private set; } = null!;
    private protected KubernetesClient Client { get; private set; } = null!;
    private protected ClusterCache Cache { get; private set; } = null!;
    private protected WebhookCertificates Certificates { get; private set; } = null!;
    private protected WebhookRegistrar Registrar { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped manifests cannot be applied");
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = parts => Refusal.Around(Gate.Watch(parts)) } });
        Kubectl = new Kubectl(_cluster.KubeconfigPath);
        await Kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "default"));
        Admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        Client = new KubernetesClient(await ConfigurationAsync());
        Cache = new ClusterCache(Client, SystemNamespace, TimeProvider.System, Quiet);
        Certificates = new WebhookCertificates(Client, SystemNamespace, WellKnownNames.OperatorName, directory: null, Metrics, Clock, Quiet);
        Registrar = RegistrarWith(Certificates);
        _caches = Cache.RunAsync(_stop.Token);
        await Certificates.RefreshAsync(CancellationToken.None);
        await MonitoredNamespace.ApplyAsync(Kubectl, "demo");
        await MonitorAsync("orders");
        await UntilAsync(() => Cache.Probe.IsKnown);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _caches;
        Client?.Dispose();
        Admin?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected WebhookRegistrar RegistrarWith(WebhookCertificates certificates) =>
        new(Client, Cache, certificates, new ProtectedNamespaces(SystemNamespace, []), WellKnownNames.OperatorName, Events, Metrics, Clock, Quiet);

    // A look, and the moment after which what it stored is relied on.
    private protected async Task<bool> ApplyAsync()
    {
        var applied = await Registrar.TryApplyAsync(CancellationToken.None);
        Clock.Offset += WebhookRegistrar.SettleTime;
        return applied;
    }

    private protected RegistrationState StateOf(string monitor) => Registrar.StateOf(new NamespacedName("demo", monitor));

    private protected Task<JsonObject?> StoredAsync() => Admin.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName);

    private protected async Task<JsonObject> EntryAsync() => Assert.Single((await StoredAsync())!["webhooks"]!.AsArray())!.AsObject();

    private protected Task DeleteAsync() => Admin.DeleteAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName);

    // What the operator may do with its registration.
    private protected async Task GrantAsync(params string[] verbs)
    {
        var role = (await Admin.GetAsync(Roles, "kafkamesh-operator"))!;
        var rule = role["rules"]!.AsArray().Single(r => r!["resources"]![0]!.ToString() == "mutatingwebhookconfigurations")!;
        rule["verbs"] = new JsonArray([.. verbs.Select(v => (JsonNode)v)]);
        await Admin.UpdateAsync(Roles, role);
    }

    // Until the cache holds it.
    private protected Task MonitorAsync(string name) => MonitorAsync(name, MonitoredNamespace.Monitor("demo", name));

    private protected async Task MonitorAsync(string name, string manifest)
    {
        await Kubectl.RunAsync(manifest, "apply", "-f", "-");
        var generation = EntityType.RawMetadata((await Admin.GetAsync(MonitorReader.Type, name, "demo"))!).Generation;
        await UntilAsync(() => Cache.MonitorsOf("demo").Any(m => m.Name == name && m.Generation == generation));
    }

    private protected static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
            await pace.WaitForNextTickAsync(deadline.Token);
    }

    private async Task<KubernetesClientConfiguration> ConfigurationAsync()
    {
        var answer = await Admin.SendAsync(
            HttpMethod.Post,
            $"api/v1/namespaces/{SystemNamespace}/serviceaccounts/{WellKnownNames.OperatorName}/token",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 3600 } });
        var token = JsonNode.Parse(answer)!["status"]!["token"]!.ToString();
        var file = Path.Combine(_cluster.Directory, "kubeconfig-operator");
        await File.WriteAllTextAsync(file, Regex.Replace(await File.ReadAllTextAsync(_cluster.TokenKubeconfigPath), "token: .*", $"token: {token}"));
        return KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
    }
}
