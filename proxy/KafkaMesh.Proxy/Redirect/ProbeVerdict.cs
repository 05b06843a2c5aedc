namespace KafkaMesh.Proxy.Redirect;

/// <summary>The findings of a probe.</summary>
internal enum ProbeVerdict : byte
{
    /// <summary>Nothing can be said.</summary>
    NotTried,

    /// <summary>Connections arrived where the sidecar listens.</summary>
    Captured,

    /// <summary>A connection that should have been redirected was not.</summary>
    NotCaptured,
}
