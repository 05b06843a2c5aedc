namespace KafkaMesh.Operator.Reconciliation;

/// <summary>The few fields of a pod's spec that the controller keeps.</summary>
/// <param name="NodeName">Node that it runs on; null until it is scheduled.</param>
internal sealed record MonitoredPodSpec(string? NodeName = null);
