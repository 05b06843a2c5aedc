namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>All monitors.</summary>
/// <param name="Now">The time.</param>
/// <param name="Monitors">By namespace and name.</param>
/// <param name="More">Monitors that are not listed.</param>
internal sealed record MonitorListView(
    DateTimeOffset Now,
    IReadOnlyList<MonitorSummaryView> Monitors,
    int More);
