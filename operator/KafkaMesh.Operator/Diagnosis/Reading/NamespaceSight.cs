using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>A namespace that holds monitors.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Facts">Its labels and annotations, and what its LimitRanges demand of a container.</param>
/// <param name="Room">What bounds the resources of its pods.</param>
/// <param name="Pods">Its pods that have not ended.</param>
internal sealed record NamespaceSight(string Name, Sight<NamespaceFacts> Facts, RoomSight Room, Sight<IReadOnlyList<SeenPod>> Pods);
