namespace KafkaMesh.Proxy.Metrics;

/// <summary>How metrics are written.</summary>
internal enum MetricsFormat : byte
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.0 (https://github.com/OpenObservability/OpenMetrics/blob/main/specification/OpenMetrics.md).</summary>
    OpenMetrics,
}
