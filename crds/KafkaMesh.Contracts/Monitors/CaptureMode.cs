namespace KafkaMesh.Contracts.Monitors;

/// <summary>Values of <see cref="KafkaMonitorSpec.Capture"/>.</summary>
public static class CaptureMode
{
    /// <summary>The init container redirects with iptables.</summary>
    public const string Redirect = "Redirect";

    /// <summary>No init container: the sidecar listens where <see cref="KafkaMonitorSpec.Forward"/> says.</summary>
    public const string None = "None";
}
