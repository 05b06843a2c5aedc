using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class SkippedPodReporterTests
{
    private readonly RecordedEvents _events = new();
    private readonly HashSet<string> _told = [];
    private readonly SkippedPodReporter _reporter;

    public SkippedPodReporterTests() => _reporter = new SkippedPodReporter(_events, TimeProvider.System);

    [Fact]
    public void Report_PodsOfOneOwner_AreToldEachOnceAndTheOwnerOnce()
    {
        IReadOnlyList<MonitoredPod> pods = [Pod("a", SkipReason.HostNetwork, "rs"), Pod("b", SkipReason.HostNetwork, "rs")];

        _reporter.Report(_told, pods);
        _reporter.Report(_told, pods);
        _reporter.Report(_told, [.. pods, Pod("c", SkipReason.HostNetwork, "rs")]);

        Assert.Equal(["a", "rs", "b", "c"], _events.All.Select(e => e.Involved.Name));
        Assert.All(_events.All, e => Assert.EndsWith("has no Kafka sidecar (host-network). It uses the node's network, where redirect rules would change the node. Monitor its peers, or take hostNetwork away.", e.Message, StringComparison.Ordinal));
        var (owner, _, reason, message) = _events.All[1];
        Assert.Equal(("apps/v1", "ReplicaSet", "demo", "rs-uid", "KafkaSidecarSkipped"), (owner.ApiVersion, owner.Kind, owner.Namespace, owner.Uid, reason));
        Assert.StartsWith("A pod of this ReplicaSet has", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_AnotherReasonOrOwner_IsTold()
    {
        _reporter.Report(_told, [Pod("a", SkipReason.HostNetwork, "rs"), Pod("b", SkipReason.Windows, "rs"), Pod("c", SkipReason.Windows, "other"), Pod("d", SkipReason.Windows, null)]);

        Assert.Equal(["a", "rs", "b", "rs", "c", "other", "d"], _events.All.Select(e => e.Involved.Name));
    }

    [Fact]
    public void Report_OwnerWhosePodsWentAndCame_IsToldAgain()
    {
        _reporter.Report(_told, [Pod("a", SkipReason.HostNetwork, "rs")]);
        _reporter.Report(_told, []);
        Assert.Empty(_told);

        _reporter.Report(_told, [Pod("b", SkipReason.HostNetwork, "rs")]);

        Assert.Equal(["a", "rs", "b", "rs"], _events.All.Select(e => e.Involved.Name));
    }

    [Theory]
    [InlineData(SkipReason.OptedOut, 0)]
    [InlineData(SkipReason.Disabled, 0)]
    [InlineData(SkipReason.HostNetwork, 11)]
    public void Report_PodsByWillOrOfLongAgo_AreNotTold(string reason, int minutes)
    {
        _reporter.Report(_told, [Pod("a", reason, "rs", minutes)]);

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
