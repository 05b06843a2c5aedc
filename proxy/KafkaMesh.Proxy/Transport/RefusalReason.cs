namespace KafkaMesh.Proxy.Transport;

/// <summary>Why an accepted connection was reset instead of relayed. The names are label values.</summary>
internal enum RefusalReason : byte
{
    /// <summary>The connection limit is reached.</summary>
    Limit,

    /// <summary>No descriptor is left.</summary>
    Descriptors,

    /// <summary>The kernel knows no original destination: somebody dialled the sidecar's port itself.</summary>
    NotRedirected,

    /// <summary>Its destination is one of the sidecar's own ports, or the sidecar itself has dialled it.</summary>
    Loop,

    /// <summary>The name of the forward target has no address.</summary>
    Unresolved,
}
