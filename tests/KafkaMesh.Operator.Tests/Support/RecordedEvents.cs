using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Events;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Keeps the events that were recorded.</summary>
internal sealed class RecordedEvents : IEventRecorder
{
    /// <summary>What was recorded, in order.</summary>
    public List<(V1ObjectReference Involved, EventType Type, string Reason, string Message)> All { get; } = [];

    public void Record(V1ObjectReference involved, EventType type, string reason, string message)
    {
        lock (All)
        {
            All.Add((involved, type, reason, message));
        }
    }
}
