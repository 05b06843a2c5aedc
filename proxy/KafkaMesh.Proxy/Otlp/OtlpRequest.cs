using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>
/// Writes metrics as an ExportMetricsServiceRequest of OTLP 1 (opentelemetry/proto/metrics/v1/metrics.proto): counters as monotonic sums,
/// cumulative since the start of the sidecar, under the names that <c>/metrics</c> gives them.
/// </summary>
/// <remarks>
/// Written here because OpenTelemetry's exporter for .NET (1.20.1) takes only what its own SDK has aggregated: Metric, MetricPoint and
/// HistogramBuckets have no public constructor and there is no metric producer. Every request would have to be recorded a second time, by the
/// SDK, on the loops. It also brings 17 assemblies of 1.3 MB.
/// </remarks>
internal sealed class OtlpRequest : IMetricWriter
{
    private const int ResourceMetricsField = 1;
    private const int CumulativeTemporality = 2;

    private readonly ProtobufWriter _output;
    private readonly long _start;
    private readonly long _now;
    private readonly int _resourceMetrics;
    private readonly int _scopeMetrics;
    private int _metricStart = -1;
    private int _metric;
    private int _data;
    private int _dataLength;
    private MetricKind _kind;
    private int _point;

    /// <summary>Begins a request.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="resource">Attributes of the resource.</param>
    /// <param name="version">Version of the sidecar.</param>
    /// <param name="start">When counting began.</param>
    /// <param name="now">When it was counted.</param>
    public OtlpRequest(ProtobufWriter output, IEnumerable<KeyValuePair<string, string>> resource, string version, DateTimeOffset start, DateTimeOffset now)
    {
        _output = output;
        _start = Nanoseconds(start);
        _now = Nanoseconds(now);
        _resourceMetrics = output.Begin(ResourceMetricsField);
        var message = output.Begin(ResourceField.Resource);
        foreach (var (key, value) in resource)
            Attribute(ResourceField.Attributes, key, value);
        output.End(message);
        _scopeMetrics = output.Begin(ResourceField.ScopeMetrics);
        message = output.Begin(ScopeField.Scope);
        output.String(ScopeField.Name, "kafkamesh");
        output.String(ScopeField.Version, version);
        output.End(message);
    }

    private enum MetricKind
    {
        Gauge = 5,
        Sum = 7,
        Histogram = 9,
    }

    /// <inheritdoc/>
    public void Family(string name, string type, string help, bool sharesName = false)
    {
        EndFamily();
        _kind = type switch { "counter" => MetricKind.Sum, "histogram" => MetricKind.Histogram, _ => MetricKind.Gauge };
        _metricStart = _output.Length;
        _metric = _output.Begin(ScopeField.Metrics);
        _output.String(MetricField.Name, name);
        _output.String(MetricField.Description, help);
        _output.String(MetricField.Unit, UnitOf(name));
        _data = _output.Begin((int)_kind);
        if (_kind != MetricKind.Gauge)
            _output.Integer(DataField.Temporality, CumulativeTemporality);
        if (_kind == MetricKind.Sum)
            _output.Integer(DataField.IsMonotonic, 1);
        _dataLength = _output.Length;
    }

    /// <inheritdoc/>
    public IMetricWriter Sample(string name)
    {
        _point = _output.Begin(DataField.Points);
        if (_kind == MetricKind.Sum)
            _output.Fixed(PointField.Start, _start);
        _output.Fixed(PointField.Time, _now);
        return this;
    }

    /// <inheritdoc/>
    public IMetricWriter Label(string name, string value)
    {
        Attribute(PointField.Attributes, name, value);
        return this;
    }

    /// <inheritdoc/>
    public void Value(long value)
    {
        _output.Fixed(PointField.Integer, value);
        _output.End(_point);
    }

    /// <inheritdoc/>
    public void Value(double value)
    {
        _output.Fixed(PointField.Double, value);
        _output.End(_point);
    }

    /// <inheritdoc/>
    public void Histogram(string name, HistogramTotal histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var point = _output.Begin(DataField.Points);
        _output.Fixed(PointField.Start, _start);
        _output.Fixed(PointField.Time, _now);
        foreach (var (label, value) in labels)
            Attribute(HistogramField.Attributes, label, value);
        _output.Fixed(HistogramField.Count, histogram.Coarse.Sum());
        _output.Fixed(HistogramField.Sum, histogram.SumSeconds);
        var list = _output.Begin(HistogramField.BucketCounts);
        foreach (var count in histogram.Coarse)
            _output.Fixed(count);
        _output.End(list);
        list = _output.Begin(HistogramField.Bounds);
        foreach (var bound in histogram.Bounds.Seconds)
            _output.Fixed(bound);
        _output.End(list);
        _output.End(point);
    }

    /// <summary>Ends the request.</summary>
    public void End()
    {
        EndFamily();
        _output.End(_scopeMetrics);
        _output.End(_resourceMetrics);
    }

    // A metric without points is left out.
    private void EndFamily()
    {
        if (_metricStart < 0)
            return;
        if (_output.Length == _dataLength)
        {
            _output.Truncate(_metricStart);
        }
        else
        {
            _output.End(_data);
            _output.End(_metric);
        }

        _metricStart = -1;
    }

    private void Attribute(int field, string key, string value)
    {
        var attribute = _output.Begin(field);
        _output.String(AttributeField.Key, key);
        var any = _output.Begin(AttributeField.Value);
        _output.String(AttributeField.StringValue, value);
        _output.End(any);
        _output.End(attribute);
    }

    // UCUM, as OpenTelemetry asks for. A receiver that makes Prometheus names of it adds no suffix that is there already.
    private static string UnitOf(string name) => name switch
    {
        _ when name.EndsWith("_seconds", StringComparison.Ordinal) || name.EndsWith("_seconds_total", StringComparison.Ordinal) => "s",
        _ when name.EndsWith("_bytes", StringComparison.Ordinal) || name.EndsWith("_bytes_total", StringComparison.Ordinal) => "By",
        _ => "1",
    };

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static class ResourceField
    {
        public const int Resource = 1;
        public const int ScopeMetrics = 2;
        public const int Attributes = 1;
    }

    private static class ScopeField
    {
        public const int Scope = 1;
        public const int Metrics = 2;
        public const int Name = 1;
        public const int Version = 2;
    }

    private static class MetricField
    {
        public const int Name = 1;
        public const int Description = 2;
        public const int Unit = 3;
    }

    private static class DataField
    {
        public const int Points = 1;
        public const int Temporality = 2;
        public const int IsMonotonic = 3;
    }

    private static class PointField
    {
        public const int Start = 2;
        public const int Time = 3;
        public const int Double = 4;
        public const int Integer = 6;
        public const int Attributes = 7;
    }

    private static class HistogramField
    {
        public const int Count = 4;
        public const int Sum = 5;
        public const int BucketCounts = 6;
        public const int Bounds = 7;
        public const int Attributes = 9;
    }

    private static class AttributeField
    {
        public const int Key = 1;
        public const int Value = 2;
        public const int StringValue = 1;
    }
}
