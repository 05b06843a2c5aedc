using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Events;

/// <summary>Tells users what happened to an object. Never blocks and never fails: events are a courtesy.</summary>
public interface IEventRecorder
{
    /// <summary>Emits an event, or counts it on a similar earlier one.</summary>
    /// <param name="involved">What it is about.</param>
    /// <param name="type">Normal or warning.</param>
    /// <param name="reason">One CamelCase word.</param>
    /// <param name="message">One sentence; cut at 1024 bytes.</param>
    void Record(V1ObjectReference involved, EventType type, string reason, string message);
}
