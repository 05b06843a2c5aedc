namespace KafkaMesh.Operator.Reconciliation;

/// <summary>A sidecar that does not answer.</summary>
/// <param name="Count">Times that it did not, in a row.</param>
/// <param name="Since">Timestamp of the last one.</param>
/// <param name="Pause">How long it is left alone from then on.</param>
internal sealed record Silence(int Count, long Since, TimeSpan Pause);
