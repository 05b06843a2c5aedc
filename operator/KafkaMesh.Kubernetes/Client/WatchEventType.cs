namespace KafkaMesh.Kubernetes.Client;

/// <summary>Kinds of watch events; ERROR never gets here, it is thrown.</summary>
public enum WatchEventType
{
    /// <summary>The object is new or entered the selection.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone or left the selection.</summary>
    Deleted,

    /// <summary>Nothing changed up to this resource version.</summary>
    Bookmark,
}
