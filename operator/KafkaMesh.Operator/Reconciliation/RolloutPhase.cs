namespace KafkaMesh.Operator.Reconciliation;

/// <summary>How the replacement of a monitor's pods stands.</summary>
internal enum RolloutPhase
{
    /// <summary>No pod needs another sidecar, or the monitor leaves it to its user.</summary>
    Idle,

    /// <summary>The user has stopped it.</summary>
    Paused,

    /// <summary>A pod was evicted and its successor is not ready yet.</summary>
    Waiting,

    /// <summary>A disruption budget, or the API server for another reason, keeps the next pod.</summary>
    Blocked,

    /// <summary>What is left cannot be replaced this way, or not now: successors came no better and are tried again later, or the pods are nobody's.</summary>
    Stuck,
}
