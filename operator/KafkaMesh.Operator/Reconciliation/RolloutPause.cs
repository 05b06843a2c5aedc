namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Why an owner is left alone for now: a pod of it was evicted and that was no good.</summary>
/// <param name="Misses">Times in a row.</param>
/// <param name="Since">Timestamp of the last one.</param>
/// <param name="Length">For how long at least.</param>
/// <param name="ReadyNeeded">Ready pods that it must have again: nobody's pods are taken away one after the other. 0 when it has recovered.</param>
internal sealed record RolloutPause(int Misses, long Since, TimeSpan Length, int ReadyNeeded);
