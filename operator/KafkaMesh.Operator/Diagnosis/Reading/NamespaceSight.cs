using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>A namespace that holds monitors.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Facts">Its labels and annotations.</param>
/// <param name="Pods">Its pods that have not ended.</param>
internal sealed record NamespaceSight(string Name, Sight<NamespaceFacts> Facts, Sight<IReadOnlyList<SeenPod>> Pods);
