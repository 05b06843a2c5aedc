using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// The status of a monitor as it is stored, and the version of the monitor that holds it: a write that names this version changes nothing that the
/// writer has not seen, so that a leader which was suspended cannot put its old figures over those of its successor.
/// </summary>
internal sealed class StoredStatus
{
    private string? _seen;

    /// <summary>The status; null when there is none.</summary>
    public KafkaMonitorStatus? Status { get; private set; }

    /// <summary>Resource version of the monitor with this status; null before the first look.</summary>
    public string? Version { get; private set; }

    /// <summary>Looks at the monitor in the cache, which may not have caught up with our own last write.</summary>
    public void See(JsonObject monitor)
    {
        var version = EntityType.RawMetadata(monitor).ResourceVersion;
        if (version == _seen)
            return;
        _seen = version;
        if (version != Version)
            (Status, Version) = (MonitorReader.ReadStatus(monitor), version);
    }

    /// <summary>Takes over what the server answered to our write.</summary>
    public void Wrote(KafkaMonitorStatus status, string? version) => (Status, Version) = (status, version);
}
