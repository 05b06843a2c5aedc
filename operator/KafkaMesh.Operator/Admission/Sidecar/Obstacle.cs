using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>Why a pod can have no sidecar.</summary>
/// <param name="Reason">A <see cref="SkipReason"/>.</param>
/// <param name="Message">The rest of a sentence that begins with the pod, without a line break.</param>
internal sealed record Obstacle(string Reason, string Message);
