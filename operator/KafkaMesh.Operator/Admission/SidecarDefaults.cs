namespace KafkaMesh.Operator.Admission;

/// <summary>The operator's configuration of sidecars; a KafkaMonitor may override the image.</summary>
/// <param name="Image">Image of init container and sidecar.</param>
/// <param name="ImagePullPolicy">Always, IfNotPresent or Never.</param>
/// <param name="Version">Version of the product, part of the configuration hash: a new release makes sidecars outdated.</param>
internal sealed record SidecarDefaults(string Image, string ImagePullPolicy, string Version)
{
    /// <summary>
    /// Names of Secrets that the image is pulled with. They are added to those of the pod, and must be in its namespace: the kubelet
    /// passes over one that is not.
    /// </summary>
    public IReadOnlyList<string> PullSecrets { get; init; } = [];

    /// <summary>
    /// Public key that sidecars check access tokens with; null while it is not known, and offline. No part of the hash: a sidecar
    /// without it relays and reports all the same, and is not outdated.
    /// </summary>
    public string? AccessKey { get; init; }
}
