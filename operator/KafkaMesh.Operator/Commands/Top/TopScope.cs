namespace KafkaMesh.Operator.Commands.Top;

/// <summary>Which KafkaMonitors are looked at.</summary>
/// <param name="Namespace">Their namespace; null for all.</param>
/// <param name="Monitor">The only one; null for all.</param>
internal sealed record TopScope(string? Namespace, string? Monitor)
{
    /// <summary>In words.</summary>
    public string Text => Monitor is not null ? $"KafkaMonitor {Namespace}/{Monitor}" : Namespace is not null ? $"namespace {Namespace}" : "all namespaces";

    /// <summary>Whether a column says of every row what the scope says already.</summary>
    public bool Implies(TopView view, string head) =>
        (head == "NAMESPACE" && Namespace is not null) || (head == "MONITOR" && Monitor is not null && view.NeedsDetails);
}
