namespace KafkaMesh.Contracts.Monitors;

/// <summary>Values of <see cref="SidecarSpec.Mode"/>.</summary>
public static class SidecarMode
{
    /// <summary>Native where server and every kubelet have native sidecars, else a container.</summary>
    public const string Auto = "Auto";

    /// <summary>An init container with <c>restartPolicy: Always</c> (KEP-753).</summary>
    public const string Native = "Native";

    /// <summary>An ordinary container.</summary>
    public const string Container = "Container";
}
