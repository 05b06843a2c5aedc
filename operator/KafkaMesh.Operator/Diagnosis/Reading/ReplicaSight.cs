namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>One replica of the operator.</summary>
/// <param name="Pod">Its pod.</param>
/// <param name="Figures">What it says of itself.</param>
internal sealed record ReplicaSight(SeenPod Pod, Sight<ReplicaFigures> Figures);
