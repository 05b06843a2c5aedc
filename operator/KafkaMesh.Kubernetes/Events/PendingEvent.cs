using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Events;

/// <summary>An event on its way to the server.</summary>
/// <param name="Involved">What it is about.</param>
/// <param name="Type">Normal or warning.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence, cut to size.</param>
/// <param name="Time">When it happened.</param>
internal sealed record PendingEvent(V1ObjectReference Involved, EventType Type, string Reason, string Message, DateTimeOffset Time);
