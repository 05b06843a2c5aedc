namespace KafkaMesh.Playground.Node.Pods;

/// <summary>A container's specification cannot be turned into a process; the reason and message are those a kubelet shows in the waiting state.</summary>
internal sealed class ContainerConfigurationException(string reason, string message) : Exception(message)
{
    /// <summary>As in <c>CreateContainerConfigError</c> or <c>ErrImageNeverPull</c>.</summary>
    public string Reason { get; } = reason;
}
