using System.Text.Json.Serialization;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Holder and times of a <see cref="V1Lease"/>.</summary>
public sealed record V1LeaseSpec
{
    /// <summary>Who leads; null or empty when released.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>Seconds after the last renewal during which nobody else may take it; at least 1.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder got it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder renewed it last.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often it went from one holder to another.</summary>
    public int? LeaseTransitions { get; init; }
}
