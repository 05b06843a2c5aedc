using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Playground;
using Microsoft.AspNetCore.Builder;
using Serilog;

namespace KafkaMesh.Operator.Tests.Certificates;

/// <summary>
/// Two replicas behind one Service and a monitor with failurePolicy Fail, so that every admission that the webhook does
/// not answer is a pod that is refused, while pods are made without a pause.
/// </summary>
public sealed class RotationTests : IAsyncLifetime
{
    private const string SystemNamespace = WellKnownNames.SystemNamespace;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);
    private static readonly ILogger Quiet = new LoggerConfiguration().CreateLogger();

    private readonly OffsetTimeProvider _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly OperatorMetrics _metrics = new("test");
    private readonly BodyRoom _room = new(BodyRoom.OperatorBytes);
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly WebhookCertificates[] _replicas = new WebhookCertificates[2];
    private readonly WebApplication[] _servers = new WebApplication[2];
    private PlaygroundCluster _cluster = null!;
    private KubernetesClient _client = null!;
    private WebhookRegistrar _registrar = null!;
    private Task _caches = Task.CompletedTask;
    private int _admitted;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped manifests cannot be applied");
        _cluster = await PlaygroundCluster.StartAsync();
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        var kubectl = new Kubectl(_cluster.KubeconfigPath);
        await kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "default"));
        await MonitoredNamespace.ApplyAsync(kubectl, "demo", "\"failurePolicy\": \"Fail\"");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _caches;
        foreach (var server in _servers.OfType<WebApplication>())
            await server.DisposeAsync();
        _room.Dispose();
        _client?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rotation_UnderASteadyStreamOfAdmissions_FailsNone(bool secretIsDeleted)
    {
        // Two thirds of its life are over an hour ago by the real clock, and are not yet by that of the replicas.
        var old = CertificateAuthority.Create(DateTimeOffset.UtcNow - (CertificateAuthority.Lifetime * 2 / 3) - TimeSpan.FromHours(1));
        await StoreAsync(new AuthorityBundle(old, Previous: null));
        _clock.Offset = TimeSpan.FromDays(-2);
        await StartAsync();
        await RoundAsync();
        Assert.All(_replicas, r => Assert.Equal(old.Fingerprint, IssuerOf(r, old)));
        var stream = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CreatePodsAsync()));
        await AdmissionsAsync(20);

        if (secretIsDeleted)
            await _client.DeleteAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, SystemNamespace);
        else
            _clock.Offset = TimeSpan.Zero;
        for (var round = 0; round < 4; round++)
        {
            await RoundAsync();
            await AdmissionsAsync(20);
            _clock.Offset += Round;
        }
        await _stop.CancelAsync();
        await stream;

        Assert.All(_replicas, r => Assert.NotEqual(old.Fingerprint, IssuerOf(r, old)));
        Assert.Contains(old.CertificatePem, _replicas[0].CaBundle!, StringComparison.Ordinal);
        Assert.Empty(_refused);
    }

    [Fact]
    public async Task Rotation_OfAMountedAuthorityThatReachesOneReplicaLate_FailsNone()
    {
        using var first = CertificateAuthority.Create(DateTimeOffset.UtcNow);
        using var second = CertificateAuthority.Create(DateTimeOffset.UtcNow.AddSeconds(1));
        var directories = _replicas.Select((_, i) => Path.Combine(_cluster.Directory, $"certificate-{i}")).ToArray();
        foreach (var directory in directories)
            MountedFiles.Write(directory, first);
        await StartAsync(directories);
        await RoundAsync();
        var stream = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CreatePodsAsync()));
        await AdmissionsAsync(20);

        foreach (var directory in directories)
        {
            MountedFiles.Write(directory, second);
            for (var round = 0; round < 3; round++)
            {
                await RoundAsync();
                await AdmissionsAsync(20);
                _clock.Offset += Round;
            }
        }
        await _stop.CancelAsync();
        await stream;

        Assert.All(_replicas, r => Assert.Null(IssuerOf(r, first)));
        Assert.Equal(second.CertificatePem + first.CertificatePem, _replicas[0].CaBundle);
        Assert.Empty(_refused);
    }

    private async Task StartAsync(string[]? directories = null)
    {
        var cache = new ClusterCache(_client, SystemNamespace, TimeProvider.System, Quiet);
        var handler = new AdmissionHandler(cache, () => new SidecarDefaults("proxy:1", "IfNotPresent", "1"), new ProtectedNamespaces(SystemNamespace, []), _metrics, new RecordedEvents(), Quiet);
        for (var i = 0; i < _replicas.Length; i++)
        {
            _replicas[i] = new WebhookCertificates(_client, SystemNamespace, WellKnownNames.OperatorName, directories?[i], _metrics, _clock, Quiet);
            _servers[i] = HttpServers.Webhook(0, _replicas[i], new AdmissionEndpoint(handler, _room, _metrics, TimeProvider.System, () => false), Quiet);
            await HttpServers.StartAsync(_servers[i], "--webhook-port", 0);
        }
        _registrar = new WebhookRegistrar(_client, cache, _replicas[0], new ProtectedNamespaces(SystemNamespace, []), WellKnownNames.OperatorName, new RecordedEvents(), _metrics, _clock, Quiet);
        _caches = cache.RunAsync(_stop.Token);
        await cache.Monitors.WaitForSyncAsync(_stop.Token);
        await PublishAsync();
    }

    // What replicas and leader do every half minute, at the worst moment: the registration is written last.
    private async Task RoundAsync()
    {
        foreach (var replica in _replicas)
            await replica.RefreshAsync(CancellationToken.None);
        Assert.True(await _registrar.TryApplyAsync(CancellationToken.None));
    }

    private static string? IssuerOf(WebhookCertificates replica, CertificateAuthority old) =>
        replica.Serving!.TargetCertificate.Issuer == System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(old.CertificatePem).Subject ? old.Fingerprint : null;

    private async Task CreatePodsAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _client.CreateAsync(BuiltInEntities.Pods, Pod(), new WriteOptions { DryRun = true });
                Interlocked.Increment(ref _admitted);
            }
            catch (ApiException error)
            {
                _refused.Enqueue(error.Message);
            }
        }
    }

    private async Task AdmissionsAsync(int count)
    {
        var end = Volatile.Read(ref _admitted) + count;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Volatile.Read(ref _admitted) < end && _refused.IsEmpty)
            await pace.WaitForNextTickAsync(deadline.Token);
    }

    private static JsonObject Pod() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["generateName"] = "orders-",
            ["namespace"] = "demo",
            ["labels"] = new JsonObject { ["app"] = "orders" },
            ["annotations"] = new JsonObject { [WellKnownNames.InjectAnnotation] = "enabled" },
        },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "main:1" }) },
    };

    private Task StoreAsync(AuthorityBundle bundle) => _client.CreateAsync(BuiltInEntities.Secrets, new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = WellKnownNames.WebhookCaSecretName, ["namespace"] = SystemNamespace },
        ["data"] = bundle.ToSecretData(),
    });

    private Task PublishAsync() => _client.PatchAsync(
        EntityType.Raw(new EntityMetadata("Endpoints", "v1", "", "endpoints")),
        V1Patch.Apply(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Endpoints",
            ["metadata"] = new JsonObject { ["name"] = WellKnownNames.OperatorName, ["namespace"] = SystemNamespace },
            ["subsets"] = new JsonArray([.. _servers.Select((server, i) => (JsonNode)new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["ip"] = $"127.0.0.{i + 1}" }),
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "webhook", ["port"] = HttpServers.PortOf(server) }),
            })]),
        }),
        WellKnownNames.OperatorName,
        SystemNamespace,
        new WriteOptions { FieldManager = "test", Force = true });
}
