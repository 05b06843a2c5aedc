namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A credential plug-in of kubeconfig (client.authentication.k8s.io).</summary>
internal sealed record KubeConfigExec
{
    public required string Command { get; init; }

    public required string ApiVersion { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public bool ProvideClusterInfo { get; init; }

    /// <summary>Never, IfAvailable (also where it says nothing) or Always: whether the plug-in gets standard input, which must be a terminal.</summary>
    public string? InteractiveMode { get; init; }

    public string? InstallHint { get; init; }
}
