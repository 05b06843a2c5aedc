using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using Serilog;

namespace KafkaMesh.Operator.Tests.Certificates;

/// <summary>The authority's Secret when somebody else writes it at the same moment.</summary>
public sealed class WebhookCertificatesTests : IAsyncLifetime
{
    private const string Space = WellKnownNames.SystemNamespace;

    private readonly ApiGate _gate = new();
    private readonly OffsetTimeProvider _clock = new();
    private readonly OperatorMetrics _metrics = new("test");
    private PlaygroundCluster _cluster = null!;
    private KubernetesClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = _gate.Watch } });
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        await _client.CreateAsync(BuiltInEntities.Namespaces, new PartialObjectMetadata { Metadata = new V1ObjectMeta { Name = Space } });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Refresh_ConflictAfterConflictWhileRotating_RotatesOnceAndServesAllAlong()
    {
        const int Storm = 5;
        var certificates = Replica();
        await certificates.RefreshAsync(CancellationToken.None);
        var (before, serving) = (await StoredAsync(), certificates.Serving);
        _clock.Offset = CertificateAuthority.Lifetime * 3 / 4;
        var conflicts = 0;
        _gate.Before = request =>
        {
            if (request is { Resource: "secrets", Verb: "update" } && conflicts < Storm)
                Wait(_client.PatchAsync(BuiltInEntities.Secrets, V1Patch.Merge(Touch(++conflicts)), WellKnownNames.WebhookCaSecretName, Space));
            return true;
        };

        for (var attempt = 0; attempt < Storm; attempt++)
        {
            Assert.True((await Assert.ThrowsAsync<ApiException>(() => certificates.RefreshAsync(CancellationToken.None))).IsConflict);
            Assert.Same(serving, certificates.Serving);
            Assert.Equal(before.Current.Fingerprint, (await StoredAsync()).Current.Fingerprint);
        }
        await certificates.RefreshAsync(CancellationToken.None);

        var after = await StoredAsync();
        Assert.NotEqual(before.Current.Fingerprint, after.Current.Fingerprint);
        Assert.Equal(before.Current.Fingerprint, after.Previous?.Fingerprint);
        Assert.Equal(before.Access!.PublicKey, after.Access!.PublicKey);
    }

    // Both find that it is time; the one that comes second takes over what the first made.
    [Fact]
    public async Task Refresh_AnotherReplicaRotatesAtTheSameMoment_HasTheSameAuthorityAfterwards()
    {
        var (first, second) = (Replica(), Replica());
        await first.RefreshAsync(CancellationToken.None);
        await second.RefreshAsync(CancellationToken.None);
        _clock.Offset = CertificateAuthority.Lifetime * 3 / 4;
        var isFirst = true;
        _gate.Before = request =>
        {
            if (request is { Resource: "secrets", Verb: "update" } && isFirst)
            {
                isFirst = false;
                Wait(second.RefreshAsync(CancellationToken.None));
            }
            return true;
        };

        Assert.True((await Assert.ThrowsAsync<ApiException>(() => first.RefreshAsync(CancellationToken.None))).IsConflict);
        await first.RefreshAsync(CancellationToken.None);

        Assert.Equal(second.CaBundle, first.CaBundle);
        Assert.Equal((await StoredAsync()).Pem, first.CaBundle);
    }

    [Fact]
    public async Task Refresh_AnotherReplicaMadeTheSecretFirst_TakesItsAuthority()
    {
        var (first, second) = (Replica(), Replica());
        var isFirst = true;
        _gate.Before = request =>
        {
            if (request is { Resource: "secrets", Verb: "create" } && isFirst)
            {
                isFirst = false;
                Wait(second.RefreshAsync(CancellationToken.None));
            }
            return true;
        };

        Assert.True((await Assert.ThrowsAsync<ApiException>(() => first.RefreshAsync(CancellationToken.None))).IsAlreadyExists);
        Assert.Null(first.Serving);
        await first.RefreshAsync(CancellationToken.None);

        Assert.NotNull(first.Serving);
        Assert.Equal(second.CaBundle, first.CaBundle);
        Assert.Equal(second.Access!.PublicKey, first.Access!.PublicKey);
    }

    private WebhookCertificates Replica() =>
        new(_client, Space, WellKnownNames.OperatorName, directory: null, _metrics, _clock, new LoggerConfiguration().CreateLogger());

    private async Task<AuthorityBundle> StoredAsync() =>
        AuthorityBundle.FromSecretData((await _client.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, Space))!["data"] as JsonObject)!;

    private static JsonObject Touch(int count) => new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["touched"] = $"{count}" } } };

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
