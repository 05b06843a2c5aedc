using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Kubernetes.Leadership;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Playground;

namespace KafkaMesh.Kubernetes.Tests.EndToEnd;

/// <summary>Client, informer, leases and events against a whole API server, by kubeconfig with client certificate and with token.</summary>
public sealed class PlaygroundTests : IAsyncLifetime
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    private PlaygroundCluster _cluster = null!;
    private KubernetesClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await PlaygroundCluster.StartAsync(cancel: s_token);
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Informer_ObjectsThatComeChangeAndGo_AreSeen()
    {
        await _client.CreateAsync(ConfigMaps.Type, Named("before"), cancellationToken: s_token);
        var informer = new Informer<JsonObject>(
            _client, ConfigMaps.Type, new InformerOptions { Namespace = "default", LabelSelector = "watched=yes" }, TestLog.None);
        var changes = new ConcurrentQueue<string>();
        informer.AddHandler(change => changes.Enqueue($"{change.Type} {change.Key.Name}"));
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync(s_token);

        await _client.CreateAsync(ConfigMaps.Type, Named("during"), cancellationToken: s_token);
        var changed = new JsonObject { ["data"] = new JsonObject { ["a"] = "1" } };
        await _client.PatchAsync(ConfigMaps.Type, V1Patch.Merge(changed), "during", "default", cancellationToken: s_token);
        var unselected = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["watched"] = "no" } } };
        await _client.PatchAsync(ConfigMaps.Type, V1Patch.Merge(unselected), "before", "default", cancellationToken: s_token);
        Assert.True(await _client.DeleteAsync(ConfigMaps.Type, "during", "default", cancellationToken: s_token));

        await Eventually.TrueAsync(() => changes.Count >= 5, () => $"five changes: {string.Join(", ", changes)}");
        await stop.CancelAsync();
        await running;
        Assert.Equal(["Added before", "Added during", "Modified during", "Deleted before", "Deleted during"], changes);
        Assert.Equal(0, informer.Store.Count);
    }

    [Fact]
    public async Task Writes_StaleVersionAndForeignField_AreConflicts()
    {
        using var other = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.TokenKubeconfigPath));
        var created = await _client.CreateAsync(ConfigMaps.Type, Named("shared"), cancellationToken: s_token);
        created["data"] = new JsonObject { ["a"] = "1" };
        await _client.UpdateAsync(ConfigMaps.Type, created, cancellationToken: s_token);

        var stale = await Assert.ThrowsAsync<ApiException>(() => other.UpdateAsync(ConfigMaps.Type, created, cancellationToken: s_token));
        Assert.True(stale.IsConflict);
        var again = await Assert.ThrowsAsync<ApiException>(() => other.CreateAsync(ConfigMaps.Type, Named("shared"), cancellationToken: s_token));
        Assert.True(again.IsAlreadyExists && !again.IsConflict);

        var applied = Named("applied");
        applied["data"] = new JsonObject { ["key"] = "mine" };
        await _client.PatchAsync(ConfigMaps.Type, V1Patch.Apply(ConfigMaps.Type, applied), "applied", "default", new WriteOptions { FieldManager = "one" }, s_token);
        applied["data"]!["key"] = "theirs";
        var conflict = await Assert.ThrowsAsync<ApiException>(() =>
            other.PatchAsync(ConfigMaps.Type, V1Patch.Apply(ConfigMaps.Type, applied), "applied", "default", new WriteOptions { FieldManager = "two" }, s_token));
        Assert.True(conflict.IsConflict);
        Assert.Equal("FieldManagerConflict", conflict.Status!.Details!.Causes![0].Reason);
        var forced = await other.PatchAsync(
            ConfigMaps.Type, V1Patch.Apply(ConfigMaps.Type, applied), "applied", "default", new WriteOptions { FieldManager = "two", Force = true }, s_token);
        Assert.Equal("theirs", (string?)forced["data"]!["key"]);
    }

    [Fact]
    public async Task ListAsync_NamespacesMetadataOnly_HasTheFirstOnes()
    {
        var list = await _client.ListAsync(BuiltInEntities.Namespaces, options: new ListOptions { Limit = 1 }, cancellationToken: s_token);

        Assert.Superset(new HashSet<string?> { "default", "kube-system" }, list.Items.Select(item => item.Metadata.Name).ToHashSet());
        Assert.Null(await _client.GetAsync(BuiltInEntities.Namespaces, "nosuch", cancellationToken: s_token));
        Assert.StartsWith("v1.", (await _client.GetVersionAsync(s_token)).GitVersion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeaderElector_RealLease_IsTakenRenewedAndReleased()
    {
        var config = new LeaderElectionConfig
        {
            Namespace = "default",
            Name = "leader",
            Identity = LeaderElectionConfig.UniqueIdentity("pod-1"),
            RetryPeriod = TimeSpan.FromMilliseconds(100),
        };
        var elector = new LeaderElector(_client, config, TestLog.None);
        using var stop = new CancellationTokenSource();
        var running = elector.RunAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, token), stop.Token);
        await Eventually.TrueAsync(() => elector.IsLeader, "leading");
        var taken = await _client.GetAsync(BuiltInEntities.Leases, "leader", "default", s_token);
        var renewed = taken;
        while (renewed!.Spec!.RenewTime == taken!.Spec!.RenewTime)
        {
            renewed = await _client.GetAsync(BuiltInEntities.Leases, "leader", "default", s_token);
        }

        await stop.CancelAsync();
        Assert.False(await running);

        Assert.Equal(config.Identity, taken.Spec.HolderIdentity);
        Assert.Equal(taken.Spec.AcquireTime, renewed.Spec.AcquireTime);
        Assert.True(string.IsNullOrEmpty((await _client.GetAsync(BuiltInEntities.Leases, "leader", "default", s_token))!.Spec!.HolderIdentity));
    }

    [Fact]
    public async Task EventRecorder_RepeatedEvent_IsOneWithACount()
    {
        var subject = await _client.CreateAsync(ConfigMaps.Type, Named("subject"), cancellationToken: s_token);
        var recorder = new EventRecorder(_client, "test", "pod-1", TestLog.None);
        using var stop = new CancellationTokenSource();
        var running = recorder.RunAsync(stop.Token);

        recorder.Record(ConfigMaps.Type.ReferenceTo(subject), EventType.Warning, "Unreachable", "2 sidecars do not answer");
        recorder.Record(ConfigMaps.Type.ReferenceTo(subject), EventType.Warning, "Unreachable", "2 sidecars do not answer");
        await stop.CancelAsync();
        await running;

        var list = await _client.ListAsync(BuiltInEntities.Events, "default", new ListOptions { FieldSelector = "involvedObject.name=subject" }, s_token);
        var stored = Assert.Single(list.Items);
        Assert.Equal((2, "Warning", "test"), (stored.Count, stored.Type, stored.Source!.Component));
        Assert.Equal(0, recorder.Dropped);
    }

    private static JsonObject Named(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["labels"] = new JsonObject { ["watched"] = "yes" } },
    };
}
