namespace KafkaMesh.Kubernetes.Events;

/// <summary>Severity of an event, spelled as Kubernetes does.</summary>
public enum EventType
{
    /// <summary>All is well.</summary>
    Normal,

    /// <summary>Somebody should look.</summary>
    Warning,
}
