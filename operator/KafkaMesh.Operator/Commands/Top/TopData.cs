using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Commands.Top;

/// <summary>What the operator answered last.</summary>
/// <param name="Now">The operator's time.</param>
/// <param name="Monitors">The KafkaMonitors that are looked at.</param>
/// <param name="Details">The same with all their figures; empty where the list was enough.</param>
internal sealed record TopData(DateTimeOffset Now, IReadOnlyList<MonitorSummaryView> Monitors, IReadOnlyList<MonitorView> Details);
