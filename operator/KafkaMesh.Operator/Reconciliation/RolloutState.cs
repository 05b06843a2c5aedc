namespace KafkaMesh.Operator.Reconciliation;

/// <summary>How the replacement of a monitor's pods stands, and of what a user should know.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Detail">One sentence; empty when idle.</param>
internal sealed record RolloutState(RolloutPhase Phase, string Detail)
{
    /// <summary>Nothing to do.</summary>
    public static RolloutState Idle { get; } = new(RolloutPhase.Idle, "");
}
