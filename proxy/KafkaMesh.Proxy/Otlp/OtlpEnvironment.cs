using System.Globalization;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>
/// Reads the standard variables (https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and
/// …/configuration/sdk-environment-variables/). Those of metrics stand before those of all signals; an empty one is as none.
/// </summary>
internal sealed class OtlpEnvironment
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const string MetricsPath = "v1/metrics";
    private const string DefaultEndpoint = "http://localhost:4318";

    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly List<string> _warnings = [];

    private OtlpEnvironment(IReadOnlyDictionary<string, string> environment) => _environment = environment;

    /// <summary>Reads the settings.</summary>
    /// <param name="environment">Variables of the process.</param>
    /// <param name="warnings">One sentence for each variable that has no effect, or that keeps metrics from being pushed. Without their values, but for names of a protocol or exporter.</param>
    /// <returns>Null when nothing is to be pushed.</returns>
    public static OtlpSettings? Read(IReadOnlyDictionary<string, string> environment, out IReadOnlyList<string> warnings)
    {
        var reader = new OtlpEnvironment(environment);
        warnings = reader._warnings;
        return reader.IsWanted() ? reader.Settings() : null;
    }

    private bool IsWanted()
    {
        if (string.Equals(Get("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
            return false;
        var exporters = Get("OTEL_METRICS_EXPORTER");
        if (exporters is null)
            return Get($"{Prefix}METRICS_ENDPOINT") is not null || Get($"{Prefix}ENDPOINT") is not null;
        var names = exporters.Split(',', StringSplitOptions.TrimEntries);
        foreach (var name in names.Where(name => name is not ("otlp" or "none" or "prometheus")))
            _warnings.Add($"OTEL_METRICS_EXPORTER: the exporter {Shown(name)} is not known; there is otlp, and /metrics can be pulled always");
        return names.Contains("otlp");
    }

    private OtlpSettings? Settings()
    {
        var protocol = OfSignal("PROTOCOL", out var name) ?? "http/protobuf";
        if (protocol != "http/protobuf")
        {
            _warnings.Add($"{name}: the protocol {Shown(protocol)} is not spoken here, so no metrics are pushed; there is http/protobuf, and /metrics can be pulled always");
            return null;
        }

        if (Endpoint() is not { } endpoint)
            return null;
        if (!TryReadCertificates(endpoint, out var certificates))
            return null;
        WarnOfTemporality();
        return new OtlpSettings(endpoint)
        {
            Headers = Pairs(OfSignal("HEADERS", out name), name),
            Resource = Resource(),
            Certificates = certificates,
            Timeout = Milliseconds(OfSignal("TIMEOUT", out name), name, 10_000),
            Interval = Milliseconds(Get("OTEL_METRIC_EXPORT_INTERVAL"), "OTEL_METRIC_EXPORT_INTERVAL", 60_000),
            IsCompressed = IsCompressed(),
        };
    }

    private Uri? Endpoint()
    {
        var own = Get($"{Prefix}METRICS_ENDPOINT");
        var text = own ?? Get($"{Prefix}ENDPOINT") ?? DefaultEndpoint;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            _warnings.Add($"{Prefix}{(own is null ? "" : "METRICS_")}ENDPOINT is no http or https address, so no metrics are pushed; for instance {DefaultEndpoint}");
            return null;
        }

        if (own is not null)
            return uri;
        var builder = new UriBuilder(uri);
        builder.Path = builder.Path.TrimEnd('/') + "/" + MetricsPath;
        return builder.Uri;
    }

    /// <returns>False when nothing may be pushed: whoever names certificates does not want to do without.</returns>
    private bool TryReadCertificates(Uri endpoint, out OtlpCertificates? certificates)
    {
        certificates = null;
        var roots = FileOf("CERTIFICATE");
        var certificate = FileOf("CLIENT_CERTIFICATE");
        var key = FileOf("CLIENT_KEY");
        if (endpoint.Scheme != "https")
        {
            foreach (var file in new[] { roots, certificate, key })
            {
                if (file is var (variable, _))
                    _warnings.Add($"{variable} has no effect; the endpoint is no https address");
            }

            return true;
        }

        if (certificate is null != key is null)
        {
            _warnings.Add($"{(certificate ?? key)!.Value.Variable}: a client certificate and its key go together, and one is missing, so no metrics are pushed");
            return false;
        }

        if (roots is null && certificate is null)
            return true;
        certificates = OtlpCertificates.Read(roots, certificate, key, out var error);
        if (error is not null)
            _warnings.Add($"{error}, so no metrics are pushed");
        return certificates is not null;
    }

    private (string Variable, string Path)? FileOf(string setting) => OfSignal(setting, out var name) is { } path ? (name, path) : null;

    private void WarnOfTemporality()
    {
        const string name = $"{Prefix}METRICS_TEMPORALITY_PREFERENCE";
        if (Get(name) is { } preference && !preference.Equals("cumulative", StringComparison.OrdinalIgnoreCase))
            _warnings.Add($"{name}: {Shown(preference)} has no effect; figures are cumulative always");
    }

    private bool IsCompressed()
    {
        var compression = OfSignal("COMPRESSION", out var name);
        if (compression is not (null or "gzip" or "none"))
            _warnings.Add($"{name}: {Shown(compression)} has no effect; there is gzip and none");
        return compression == "gzip";
    }

    // OTEL_SERVICE_NAME stands before a service.name among the attributes.
    private List<KeyValuePair<string, string>> Resource()
    {
        var attributes = Pairs(Get("OTEL_RESOURCE_ATTRIBUTES"), "OTEL_RESOURCE_ATTRIBUTES");
        if (Get("OTEL_SERVICE_NAME") is { } service)
        {
            attributes.RemoveAll(attribute => attribute.Key == "service.name");
            attributes.Add(new("service.name", service));
        }

        return attributes;
    }

    private List<KeyValuePair<string, string>> Pairs(string? text, string name)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                _warnings.Add($"{name} has no effect; it must be like name=value,name=value, percent-encoded");
                return [];
            }

            pairs.Add(new(Uri.UnescapeDataString(part[..equals].Trim()), Uri.UnescapeDataString(part[(equals + 1)..].Trim())));
        }

        return pairs;
    }

    private TimeSpan Milliseconds(string? text, string name, int byDefault)
    {
        if (text is null)
            return TimeSpan.FromMilliseconds(byDefault);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
            return TimeSpan.FromMilliseconds(value);
        _warnings.Add($"{name} has no effect; it must be a number of milliseconds, at least 1, and is taken to be {byDefault}");
        return TimeSpan.FromMilliseconds(byDefault);
    }

    private string? OfSignal(string setting, out string name)
    {
        name = $"{Prefix}METRICS_{setting}";
        if (Get(name) is { } own)
            return own;
        name = $"{Prefix}{setting}";
        return Get(name);
    }

    private string? Get(string name) => _environment.GetValueOrDefault(name)?.Trim() is { Length: > 0 } value ? value : null;

    private static string Shown(string value) => string.Concat(value.Take(40).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
