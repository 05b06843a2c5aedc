using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Support;
using Serilog;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class SkippedPodReporterTests : IAsyncLifetime
{
    private readonly RecordedEvents _events = new();
    private readonly HashSet<string> _told = [];
    private OwnerServer _server = null!;
    private SkippedPodReporter _reporter = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await OwnerServer.StartAsync();
        var log = new LoggerConfiguration().CreateLogger();
        _reporter = new SkippedPodReporter(new WorkloadOwners(_server.Client, log), _events, TimeProvider.System, log);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Report_PodsOfOneOwner_AreToldEachOnceAndTheOwnerOnce()
    {
        IReadOnlyList<MonitoredPod> pods = [Pod("a", SkipReason.HostNetwork, "rs"), Pod("b", SkipReason.HostNetwork, "rs")];

        await _reporter.ReportAsync(_told, pods, podSecurity: null, CancellationToken.None);
        await _reporter.ReportAsync(_told, pods, podSecurity: null, CancellationToken.None);
        await _reporter.ReportAsync(_told, [.. pods, Pod("c", SkipReason.HostNetwork, "rs")], podSecurity: null, CancellationToken.None);

        Assert.Equal(["a", "rs", "b", "c"], _events.All.Select(e => e.Involved.Name));
        Assert.All(_events.All, e => Assert.EndsWith("has no Kafka sidecar (host-network). It uses the node's network, where redirect rules would change the node. Monitor its peers, or take hostNetwork away.", e.Message, StringComparison.Ordinal));
        var (owner, _, reason, message) = _events.All[1];
        Assert.Equal(("apps/v1", "ReplicaSet", "demo", "rs-uid", "KafkaSidecarSkipped"), (owner.ApiVersion, owner.Kind, owner.Namespace, owner.Uid, reason));
        Assert.StartsWith("A pod of this ReplicaSet has", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_PodThatPodSecurityForbids_IsToldWhoSaysSo()
    {
        await _reporter.ReportAsync(_told, [Pod("a", SkipReason.PodSecurity, "rs")], new EnforcedLevel("baseline", Label: null), CancellationToken.None);
        await _reporter.ReportAsync(_told, [Pod("b", SkipReason.PodSecurity, "rs")], new EnforcedLevel("restricted", "restricted"), CancellationToken.None);

        const string Default = "Its namespace has no Pod Security label, and the cluster's default is baseline (--default-pod-security), which forbids NET_ADMIN for the init container. Label the namespace";
        Assert.All(_events.All.Take(2), e => Assert.Contains($"has no Kafka sidecar (pod-security). {Default}", e.Message, StringComparison.Ordinal));
        Assert.StartsWith("This pod has no Kafka sidecar (pod-security). Its namespace enforces Pod Security restricted, which forbids NET_ADMIN", _events.All[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_PodOfADeployment_IsToldTheDeploymentTooAndOnce()
    {
        _server.Add("/apis/apps/v1/namespaces/demo/replicasets/rs", "rs-uid", "apps/v1", "Deployment", "orders");

        await _reporter.ReportAsync(_told, [Pod("a", SkipReason.HostNetwork, "rs"), Pod("b", SkipReason.HostNetwork, "rs")], podSecurity: null, CancellationToken.None);

        Assert.Equal(["a", "rs", "orders", "b"], _events.All.Select(e => e.Involved.Name));
        var (deployment, _, _, message) = _events.All[2];
        Assert.Equal(("Deployment", "demo", "orders-uid"), (deployment.Kind, deployment.Namespace, deployment.Uid));
        Assert.StartsWith("A pod of this Deployment has no Kafka sidecar (host-network).", message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Report_ApiServerIsAway_TellsTheOwnersTheNextTime()
    {
        _server.Add("/apis/apps/v1/namespaces/demo/replicasets/rs", "rs-uid", "apps/v1", "Deployment", "orders");
        _server.Failure = 503;
        await _reporter.ReportAsync(_told, [Pod("a", SkipReason.HostNetwork, "rs")], podSecurity: null, CancellationToken.None);
        Assert.Equal(["a"], _events.All.Select(e => e.Involved.Name));
        _server.Failure = null;

        await _reporter.ReportAsync(_told, [Pod("a", SkipReason.HostNetwork, "rs")], podSecurity: null, CancellationToken.None);

        Assert.Equal(["a", "rs", "orders"], _events.All.Select(e => e.Involved.Name));
    }

    [Fact]
    public async Task Report_AnotherReasonOrOwner_IsTold()
    {
        await _reporter.ReportAsync(_told, [Pod("a", SkipReason.HostNetwork, "rs"), Pod("b", SkipReason.Windows, "rs"), Pod("c", SkipReason.Windows, "other"), Pod("d", SkipReason.Windows, null)], podSecurity: null, CancellationToken.None);

        Assert.Equal(["a", "rs", "b", "rs", "c", "other", "d"], _events.All.Select(e => e.Involved.Name));
    }

    [Fact]
    public async Task Report_OwnerWhosePodsWentAndCame_IsToldAgain()
    {
        await _reporter.ReportAsync(_told, [Pod("a", SkipReason.HostNetwork, "rs")], podSecurity: null, CancellationToken.None);
        await _reporter.ReportAsync(_told, [], podSecurity: null, CancellationToken.None);
        Assert.Empty(_told);

        await _reporter.ReportAsync(_told, [Pod("b", SkipReason.HostNetwork, "rs")], podSecurity: null, CancellationToken.None);

        Assert.Equal(["a", "rs", "b", "rs"], _events.All.Select(e => e.Involved.Name));
    }

    [Theory]
    [InlineData(SkipReason.OptedOut, 0)]
    [InlineData(SkipReason.Disabled, 0)]
    [InlineData(SkipReason.HostNetwork, 11)]
    public async Task Report_PodsByWillOrOfLongAgo_AreNotTold(string reason, int minutes)
    {
        await _reporter.ReportAsync(_told, [Pod("a", reason, "rs", minutes)], podSecurity: null, CancellationToken.None);

        Assert.Empty(_events.All);
    }

    private static MonitoredPod Pod(string name, string reason, string? owner, int minutes = 0) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = "demo",
            Uid = name + "-uid",
            CreationTimestamp = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(minutes),
            Labels = new Dictionary<string, string> { [WellKnownNames.SkippedLabel] = reason },
            OwnerReferences = owner is null ? null : [new V1OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = owner, Uid = owner + "-uid", Controller = true }],
        },
    };
}
