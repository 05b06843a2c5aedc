namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>What the monitor asks for.</summary>
/// <param name="Selector">Its label selector as text; empty selects every pod.</param>
/// <param name="Ports">Kafka ports.</param>
/// <param name="Direction">Outbound, Inbound or Both.</param>
/// <param name="Injection">Annotation or Selector.</param>
/// <param name="Capture">Redirect or None.</param>
internal sealed record SpecView(
    string Selector,
    IReadOnlyList<int> Ports,
    string Direction,
    string Injection,
    string Capture);
