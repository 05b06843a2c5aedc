namespace KafkaMesh.Contracts.Monitors;

/// <summary>Values of <see cref="KafkaMonitorSpec.Direction"/>.</summary>
public static class CaptureDirection
{
    /// <summary>Connections that the pod opens (clients).</summary>
    public const string Outbound = "Outbound";

    /// <summary>Connections that the pod accepts (brokers).</summary>
    public const string Inbound = "Inbound";

    /// <summary>Both of them.</summary>
    public const string Both = "Both";
}
