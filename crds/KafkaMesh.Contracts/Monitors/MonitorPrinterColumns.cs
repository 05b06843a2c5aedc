namespace KafkaMesh.Contracts.Monitors;

/// <summary>Columns of <c>kubectl get kafkamonitors</c>, in order. Paths name one value each: a CRD shows no more.</summary>
public static class MonitorPrinterColumns
{
    /// <summary>The columns.</summary>
    public static IReadOnlyList<PrinterColumn> All { get; } =
    [
        new("Pods", "string", ".status.summary.pods", 0, "Reporting pods of selected pods."),
        new("Req/s", "string", ".status.summary.requestsPerSecond", 0, "Requests per second."),
        new("Err%", "string", ".status.summary.errorPercent", 0, "Responses with an error code, in percent."),
        new("P99", "string", ".status.summary.p99", 0, "99th percentile of latency."),
        new("Top API", "string", ".status.summary.topApi", 0, "Most frequent API and its share of requests."),
        new("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", 0, "Whether the figures can be trusted."),
        new("Age", "date", ".metadata.creationTimestamp", 0, "Time since creation."),
        new("Versions", "string", ".status.summary.versions", 1, "API versions in use."),
        new("TLS", "string", ".status.summary.tls", 1, "Open TLS connections, which cannot be decoded."),
    ];
}
