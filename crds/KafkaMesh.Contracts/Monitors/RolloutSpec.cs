using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>How pods with an outdated sidecar are replaced.</summary>
public sealed record RolloutSpec
{
    /// <summary>Manual (default) or Restart.</summary>
    [SchemaEnum("Manual", "Restart")]
    [SchemaDefault("\"Manual\"")]
    [SchemaDescription("Manual: pods keep their sidecar until someone restarts them. Restart: the operator restarts their owners gradually.")]
    public string Strategy { get; set; } = "Manual";

    /// <summary>Stops a rollout where it is.</summary>
    [SchemaDefault("false")]
    [SchemaDescription("Stops a rollout where it is.")]
    public bool Paused { get; init; }
}
