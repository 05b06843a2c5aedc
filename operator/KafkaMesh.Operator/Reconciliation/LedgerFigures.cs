using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>All that the status needs of a ledger, read in one go over its sidecars.</summary>
internal sealed class LedgerFigures
{
    private readonly Dictionary<string, long> _members = new(StringComparer.Ordinal);
    private long _kafka;
    private long _tls;
    private long _opaque;

    /// <summary>Reads a ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="reporting">Uids of pods that answered the last collection: the others have no present rate and no connections that are known.</param>
    public LedgerFigures(StatsLedger ledger, IReadOnlySet<string> reporting)
    {
        Totals.Add(ledger.Gone);
        foreach (var sidecar in ledger.Living)
            Add(sidecar.Unpack(), reporting.Contains(sidecar.PodUid));
    }

    /// <summary>Sums since the monitor exists.</summary>
    public StatsSum Totals { get; } = new();

    /// <summary>Rates of the last interval.</summary>
    public TrafficMeter Meter { get; } = new();

    /// <summary>Connections that are open.</summary>
    public ConnectionCounts Connections => new() { Kafka = _kafka, Tls = _tls, Opaque = _opaque };

    /// <summary>Members of a group, a present state: what living sidecars see.</summary>
    public long MembersOf(string group) => _members.GetValueOrDefault(group);

    private void Add(SidecarFigures sidecar, bool isReporting)
    {
        Totals.Add(sidecar.Total);
        foreach (var group in sidecar.Report.Groups)
            _members[group.Group] = Math.Max(_members.GetValueOrDefault(group.Group), group.Members);
        if (!isReporting)
            return;
        Meter.Add(sidecar);
        foreach (var connection in sidecar.Report.Connections)
            Count(connection.Protocol, connection.Open);
    }

    private void Count(string protocol, long open)
    {
        switch (protocol)
        {
            case "kafka":
                _kafka = SaturatingSum.Add(_kafka, open);
                break;
            case "tls":
                _tls = SaturatingSum.Add(_tls, open);
                break;
            default:
                _opaque = SaturatingSum.Add(_opaque, open);
                break;
        }
    }
}
