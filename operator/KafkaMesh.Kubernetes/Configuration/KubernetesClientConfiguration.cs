namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>How to reach and trust an API server, and who we are there (KubernetesClient's name). Made from a pod's files or from kubeconfig.</summary>
public sealed partial class KubernetesClientConfiguration
{
    /// <summary>Root of the API.</summary>
    public required Uri Host { get; init; }

    /// <summary>Namespace for calls that name none.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Certificate authorities; null: those of the system.</summary>
    public TrustSource? Trust { get; init; }

    /// <summary>Believes any certificate (<c>insecure-skip-tls-verify</c>).</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Name that the certificate must carry instead of the host's (<c>tls-server-name</c>).</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Proxy for the connection (<c>proxy-url</c>).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Who we are.</summary>
    public ICredentialSource Credentials { get; init; } = AnonymousCredential.Instance;

    /// <summary>
    /// Opens the TCP connection in a way of the caller's own, from within another network namespace for example. Null: an ordinary one.
    /// </summary>
    public Func<System.Net.Http.SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? ConnectCallback { get; init; }

    /// <summary>A pod's configuration when there is one, else kubeconfig: KUBECONFIG, or <c>~/.kube/config</c>.</summary>
    /// <param name="timeProvider">Clock for reloading files.</param>
    /// <exception cref="KubeConfigException">Neither is there, or it cannot be used; the message says what to do.</exception>
    public static KubernetesClientConfiguration BuildDefaultConfig(TimeProvider? timeProvider = null) =>
        IsInCluster() ? InClusterConfig(timeProvider: timeProvider) : BuildConfigFromConfigFile(timeProvider: timeProvider);
}
