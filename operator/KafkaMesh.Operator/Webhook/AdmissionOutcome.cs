using KafkaMesh.Kubernetes.Admission;
using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Webhook;

/// <summary>What the API server is answered, and why.</summary>
/// <param name="Response">The answer.</param>
/// <param name="Decision">The decision behind it; null when there was nothing to decide, or no decision could be made.</param>
internal sealed record AdmissionOutcome(AdmissionResponse Response, InjectionDecision? Decision = null);
