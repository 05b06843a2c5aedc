namespace KafkaMesh.Proxy.Otlp;

/// <summary>Where and how metrics are pushed.</summary>
/// <param name="Endpoint">Absolute http or https address.</param>
internal sealed record OtlpSettings(Uri Endpoint)
{
    /// <summary>Fields of each request; may hold secrets, never logged.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Attributes of the resource that were given.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Resource { get; init; } = [];

    /// <summary>For https; null takes the system's authorities and no client certificate.</summary>
    public OtlpCertificates? Certificates { get; init; }

    /// <summary>How long one attempt may last.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from one push to the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether bodies are compressed.</summary>
    public bool IsCompressed { get; init; }
}
