using System.Runtime.InteropServices;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>A request that waits for its response.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct InFlightRequest
{
    /// <summary>Where it is counted; null for a SASL token, which has no header and so no API.</summary>
    public ApiMetrics? Cells;

    /// <summary>Client id of its header as text, when somebody traces the session.</summary>
    public string? ClientId;

    /// <summary>When its last byte was relayed, <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long SentAt;

    /// <summary>Correlation id; need not be unique.</summary>
    public int CorrelationId;

    /// <summary>Series of the group it named, for JoinGroup, LeaveGroup and the heartbeats that tell an epoch; else null.</summary>
    public NamedSeries? Group;

    /// <summary>Epoch that a heartbeat's member has, 0 joins; for LeaveGroup the generation that the group was seen in when it was sent.</summary>
    public int MemberEpoch;

    /// <summary>API key.</summary>
    public short ApiKey;

    /// <summary>API version.</summary>
    public short ApiVersion;

    /// <summary>A Produce of a version that the schema does not know: it may be one with acks=0, which has no response.</summary>
    public bool MayHaveNoResponse;

    /// <summary>A Fetch of a follower, which replicates.</summary>
    public bool IsFollower;

    /// <summary>Whether it is a size-prefixed SASL token without header.</summary>
    public readonly bool IsToken => Cells is null;
}
