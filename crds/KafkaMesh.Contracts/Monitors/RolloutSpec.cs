using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>How pods with an outdated sidecar are replaced.</summary>
public sealed record RolloutSpec
{
    /// <summary>Pods keep their sidecar until someone restarts them.</summary>
    public const string Manual = "Manual";

    /// <summary>The operator evicts pods without the current sidecar, one at a time.</summary>
    public const string Restart = "Restart";

    /// <summary>Manual (default) or Restart.</summary>
    [SchemaEnum(Manual, Restart)]
    [SchemaDefault("\"Manual\"")]
    [SchemaDescription("Manual: pods keep their sidecar until someone restarts them. Restart: the operator evicts pods without the current sidecar one at a time, as disruption budgets allow.")]
    public string Strategy { get; set; } = Manual;

    /// <summary>Stops a rollout where it is.</summary>
    [SchemaDefault("false")]
    [SchemaDescription("Stops a rollout where it is.")]
    public bool Paused { get; init; }
}
