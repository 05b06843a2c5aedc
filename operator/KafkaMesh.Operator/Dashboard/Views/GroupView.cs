namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>One consumer group.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Members">Members as the sidecars saw them last.</param>
/// <param name="Rebalances">Rebalances in total.</param>
/// <param name="RebalancesPerHour">Over the last hour or what of it is known.</param>
/// <param name="Pods">Pods that are in it, the first of them.</param>
/// <param name="MorePods">Pods that are not listed.</param>
internal sealed record GroupView(
    string Name,
    long Members,
    long Rebalances,
    double? RebalancesPerHour,
    IReadOnlyList<string> Pods,
    int MorePods);
