using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Looks whether all replicas of the operator that answer admissions are of one kind. While an update of it runs, old and new ones answer
/// side by side, and which of them sees the successor of an evicted pod is chance.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="ownNamespace">The operator's namespace.</param>
/// <param name="time">The clock.</param>
internal sealed class OperatorReplicas(IKubernetesClient client, string ownNamespace, TimeProvider time)
{
    /// <summary>Labels of the operator's pods, as the Deployment has them.</summary>
    public const string Selector = "app.kubernetes.io/name=kafkamesh,app.kubernetes.io/component=operator";

    // A Deployment gives it to the pods of each of its templates; whatever is set in one, image or settings, is part of it.
    private const string TemplateHash = "pod-template-hash";

    // Every monitor with a rollout asks, and a thousand of them may.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    // A pod whose node is lost stays told to go for hours and answers nobody: the time by which it should be gone is in its metadata.
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(30);

    private volatile Answer? _last;

    /// <summary>Names two replicas that differ, as in a sentence; null when all are alike, or this operator runs in no pod.</summary>
    /// <exception cref="ApiException">The API server failed.</exception>
    public async ValueTask<string?> FindDifferenceAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.At) < Freshness)
            return last.Difference;
        var asked = time.GetTimestamp();
        var pods = await client.ListAsync(MonitoredPod.Type, ownNamespace, new ListOptions { LabelSelector = Selector }, cancellationToken);
        var difference = DifferenceOf(pods.Items);
        _last = new Answer(asked, difference);
        return difference;
    }

    // One that is told to go still answers until every API server has learnt it; one that is not ready is not asked.
    private string? DifferenceOf(IEnumerable<MonitoredPod> pods)
    {
        var answering = pods.Where(p => p.IsReady || (!p.IsTerminal && p.Metadata.DeletionTimestamp is { } end && time.GetUtcNow() < end + Lateness))
            .GroupBy(p => p.Metadata.Labels?.GetValueOrDefault(TemplateHash)).OrderBy(g => g.Min(p => p.Metadata.CreationTimestamp)).ToList();
        return answering.Count < 2 ? null : $"{answering[0].First().Name} and {answering[^1].First().Name}";
    }

    private sealed record Answer(long At, string? Difference);
}
