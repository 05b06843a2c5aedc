using System.Runtime.InteropServices;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>What is told of one request or response that was relayed whole.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FrameTrace
{
    /// <summary>Request or response.</summary>
    public RelayFlow Flow { get; init; }

    /// <summary>API key.</summary>
    public short ApiKey { get; init; }

    /// <summary>API version.</summary>
    public short ApiVersion { get; init; }

    /// <summary>Correlation id.</summary>
    public int CorrelationId { get; init; }

    /// <summary>Client id of the request, its first 255 bytes; null when it had none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Bytes without the 4-byte length.</summary>
    public int Size { get; init; }

    /// <summary>Of a request its last byte, of a response its first, <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long Timestamp { get; init; }

    /// <summary>From request to response, <see cref="System.Diagnostics.Stopwatch"/> ticks; 0 for a request.</summary>
    public long Latency { get; init; }

    /// <summary>Whether bytes of the body were not seen, so that its details are those of a part.</summary>
    public bool IsCut { get; init; }

    /// <summary>Error codes of a response.</summary>
    public ErrorList Errors { get; init; }
}
