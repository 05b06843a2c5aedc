namespace KafkaMesh.Playground.Node.Probes;

/// <summary>The three probes of a container (core/v1 Container).</summary>
internal enum ProbeKind
{
    Startup,
    Readiness,
    Liveness,
}
