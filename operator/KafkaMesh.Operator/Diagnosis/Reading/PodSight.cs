using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>One pod with what decides about it.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Facts">Its namespace's labels and annotations, and what its LimitRanges demand of a container.</param>
/// <param name="Room">What bounds the resources of its namespace's pods.</param>
/// <param name="Owner">What to restart, <c>deployment/orders</c>; null for a pod of nobody.</param>
/// <param name="Probe">A trial for the monitor that decides; null when none does.</param>
internal sealed record PodSight(string Namespace, string Name, Sight<JsonObject> Pod, Sight<NamespaceFacts> Facts, RoomSight Room, string? Owner, ProbeSight? Probe);
