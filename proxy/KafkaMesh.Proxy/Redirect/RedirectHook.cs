namespace KafkaMesh.Proxy.Redirect;

/// <summary>Where in a packet's way a chain stands.</summary>
internal enum RedirectHook : byte
{
    /// <summary>Connections that the pod opens.</summary>
    Output,

    /// <summary>Connections that reach the pod from outside.</summary>
    Prerouting,
}
