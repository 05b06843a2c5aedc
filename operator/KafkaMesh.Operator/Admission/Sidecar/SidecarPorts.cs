namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>Ports that the sidecar listens on inside the pod.</summary>
/// <param name="Outbound">Captured outbound connections arrive here.</param>
/// <param name="Inbound">Captured inbound connections arrive here.</param>
/// <param name="Admin">Metrics, stats and probes.</param>
internal sealed record SidecarPorts(int Outbound, int Inbound, int Admin);
