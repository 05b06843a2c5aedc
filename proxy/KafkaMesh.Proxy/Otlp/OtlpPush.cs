using KafkaMesh.Proxy.Metrics;
using Serilog;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>The push of metrics that the environment asks for. Nothing of it is made, loaded or started when it asks for none.</summary>
internal sealed class OtlpPush
{
    private readonly OtlpSettings _settings;

    private OtlpPush(OtlpSettings settings) => _settings = settings;

    /// <summary>Counts the pushes.</summary>
    public OtlpCounters Counters { get; } = new();

    /// <summary>Reads the variables, and logs one line for each that has no effect.</summary>
    /// <returns>Null when nothing is to be pushed.</returns>
    public static OtlpPush? Read(IReadOnlyDictionary<string, string> environment, ILogger log)
    {
        var settings = OtlpEnvironment.Read(environment, out var warnings);
        foreach (var warning in warnings)
            log.Warning("OTLP: {Warning:l}", warning);
        return settings is null ? null : new OtlpPush(settings);
    }

    /// <summary>Starts to push; disposing of the result pushes a last time.</summary>
    public IAsyncDisposable Start(IMetricSource source, SidecarIdentity identity, TimeProvider time, ILogger log) =>
        new OtlpExporter(_settings, source, identity, Counters, time, log);
}
