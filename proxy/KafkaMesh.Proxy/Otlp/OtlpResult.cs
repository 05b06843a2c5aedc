namespace KafkaMesh.Proxy.Otlp;

/// <summary>What became of one push.</summary>
internal enum OtlpResult
{
    /// <summary>The receiver took all of it.</summary>
    Success,

    /// <summary>The receiver took it but for some points.</summary>
    Partial,

    /// <summary>The receiver refused it, or could not be reached until the next was due. As figures are cumulative, the next one has all of it.</summary>
    Failed,

    /// <summary>It was due while another was under way, or before the time until which the receiver asked to wait.</summary>
    Skipped,
}
