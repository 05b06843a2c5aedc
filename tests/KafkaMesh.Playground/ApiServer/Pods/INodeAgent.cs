namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>What the API server asks of the node that runs a pod, as it asks a kubelet. Failures are <see cref="NodeAgentException"/>.</summary>
internal interface INodeAgent
{
    /// <summary>Opens the log of a container; an unknown or not yet started container is an error with the kubelet's sentence.</summary>
    Task<IPodLog> OpenLogAsync(string @namespace, string pod, string container, LogOptions options, CancellationToken cancel);

    /// <summary>Starts a process inside a running container.</summary>
    Task<IExecSession> ExecAsync(string @namespace, string pod, string container, ExecOptions options, CancellationToken cancel);

    /// <summary>Connects to a TCP port of a pod from the pod network (for pods/proxy and services/proxy).</summary>
    Task<Stream> ConnectAsync(string @namespace, string pod, int port, CancellationToken cancel);
}
