using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Text for printer columns: a CRD's columns are plain paths and show one value each.</summary>
public sealed record StatusSummary
{
    /// <summary>Reporting of injected pods: <c>3/4</c>.</summary>
    [SchemaMaxLength(32)]
    [SchemaDescription("Reporting pods of selected pods.")]
    public string? Pods { get; init; }

    /// <summary>Requests per second with SI suffix: <c>1.2k</c>.</summary>
    [SchemaMaxLength(32)]
    [SchemaDescription("Requests per second.")]
    public string? RequestsPerSecond { get; init; }

    /// <summary>Responses with an error code, in percent.</summary>
    [SchemaMaxLength(32)]
    [SchemaDescription("Responses with an error code, in percent.")]
    public string? ErrorPercent { get; init; }

    /// <summary>99th percentile of latency with unit: <c>12ms</c>.</summary>
    [SchemaMaxLength(32)]
    [SchemaDescription("99th percentile of latency.")]
    public string? P99 { get; init; }

    /// <summary>Most frequent API and its share: <c>Fetch 61%</c>.</summary>
    [SchemaMaxLength(64)]
    [SchemaDescription("Most frequent API and its share of requests.")]
    public string? TopApi { get; init; }

    /// <summary>Connections that are TLS and cannot be read.</summary>
    [SchemaMaxLength(32)]
    [SchemaDescription("Open TLS connections, which cannot be decoded.")]
    public string? Tls { get; init; }

    /// <summary>Versions in use: <c>Produce 9-11, Fetch 12-16</c>.</summary>
    [SchemaMaxLength(256)]
    [SchemaDescription("API versions in use.")]
    public string? Versions { get; init; }
}
