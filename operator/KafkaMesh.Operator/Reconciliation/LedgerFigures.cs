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
    /// <param name="interval">The collection interval.</param>
    public LedgerFigures(StatsLedger ledger, IReadOnlySet<string> reporting, TimeSpan interval)
    {
        Totals = ledger.TotalsOfGone();
        Meter = new TrafficMeter(interval);
        foreach (var sidecar in ledger.Living)
            Add(sidecar, reporting.Contains(sidecar.PodUid));
    }

    /// <summary>Sums since the monitor exists.</summary>
    public StatsSum Totals { get; }

    /// <summary>Rates of the last interval.</summary>
    public TrafficMeter Meter { get; }

    /// <summary>Connections that are open.</summary>
    public ConnectionCounts Connections => new() { Kafka = _kafka, Tls = _tls, Opaque = _opaque };

    /// <summary>Members of a group, a present state: what living sidecars see.</summary>
    public long MembersOf(string group) => _members.GetValueOrDefault(group);

    private void Add(SidecarRecord sidecar, bool isReporting)
    {
        var report = sidecar.Latest.Unpack();
        Totals.Add(sidecar.Vanished?.Restore(report) ?? report);
        foreach (var group in report.Groups)
            _members[group.Group] = Math.Max(_members.GetValueOrDefault(group.Group), group.Members);
        if (!isReporting)
            return;
        Meter.Add(report, sidecar.Previous?.Unpack());
        foreach (var connection in report.Connections)
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
