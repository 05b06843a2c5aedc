using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>Figures of one sidecar process while somebody looks at them. Not thread-safe.</summary>
/// <param name="record">What the ledger keeps.</param>
internal sealed class SidecarFigures(SidecarRecord record)
{
    /// <summary>Uid of its pod.</summary>
    public string PodUid => record.PodUid;

    /// <summary>Its latest report.</summary>
    public StatsReport Report { get; } = record.Latest.Unpack();

    /// <summary>The report before; null after the first one.</summary>
    public StatsReport? Previous => field ??= record.Previous?.Unpack();

    /// <summary>Time between the two by the sidecar's own clock; 0 when there is none to measure rates over.</summary>
    public double Seconds => record.Seconds;

    /// <summary>All that it has counted, under the names it had counted it under.</summary>
    public StatsReport Total => field ??= record.Vanished?.Restore(Report) ?? Report;
}
