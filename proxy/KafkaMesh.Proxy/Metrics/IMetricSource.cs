namespace KafkaMesh.Proxy.Metrics;

/// <summary>Has metrics to tell; asked from any thread, also concurrently with the loops.</summary>
internal interface IMetricSource
{
    /// <summary>Writes all families with their values of now.</summary>
    void WriteMetrics(IMetricWriter metrics);
}
