namespace KafkaMesh.Kubernetes.Configuration;

/// <content>Configuration from the files and variables that every pod has.</content>
public sealed partial class KubernetesClientConfiguration
{
    /// <summary>Where a pod finds its token, namespace and certificate authority.</summary>
    public const string ServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Whether this process runs in a pod with a service account.</summary>
    /// <param name="directory">Folder of the service account.</param>
    public static bool IsInCluster(string directory = ServiceAccountDirectory) =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"))
        && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"))
        && File.Exists(Path.Combine(directory, "token"));

    /// <summary>Configuration of a pod: token and certificate authority are read again as the kubelet rotates them.</summary>
    /// <param name="directory">Folder of the service account.</param>
    /// <param name="timeProvider">Clock for reloading.</param>
    /// <exception cref="KubeConfigException">A variable or file is missing.</exception>
    public static KubernetesClientConfiguration InClusterConfig(string directory = ServiceAccountDirectory, TimeProvider? timeProvider = null)
    {
        var clock = timeProvider ?? TimeProvider.System;
        var namespaceFile = Path.Combine(directory, "namespace");
        return new KubernetesClientConfiguration
        {
            Host = HostFromEnvironment(),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
            Trust = TrustSource.FromFile(Path.Combine(directory, "ca.crt"), clock),
            Credentials = new TokenFileCredential(Path.Combine(directory, "token"), clock),
        };
    }

    private static Uri HostFromEnvironment()
    {
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        var port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            throw new KubeConfigException(
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this process does not run in a pod.");
        }

        var bracketed = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        return Uri.TryCreate($"https://{bracketed}:{port}/", UriKind.Absolute, out var uri)
            ? uri
            : throw new KubeConfigException($"KUBERNETES_SERVICE_HOST '{host}' and KUBERNETES_SERVICE_PORT '{port}' make no address.");
    }
}
