using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>What the ledger knows of one sidecar process; immutable.</summary>
/// <param name="PodUid">Uid of its pod.</param>
/// <param name="Latest">Its latest report.</param>
internal sealed record SidecarRecord(string PodUid, PackedReport Latest)
{
    /// <summary>The report before; null after the first one. Only for rates, never stored.</summary>
    public PackedReport? Previous { get; init; }

    /// <summary>Time between the two by the sidecar's own clock; 0 when there is none to measure rates over.</summary>
    public double Seconds { get; init; }

    /// <summary>What vanished from its reports; null for nothing.</summary>
    public VanishedSeries? Vanished { get; init; }

    /// <summary>Its pod ends, and does not come back once it is gone.</summary>
    public bool IsEnding { get; init; }

    /// <summary>Its figures, to be looked at and let go: they take many times the memory.</summary>
    public SidecarFigures Unpack() => new(this);

    /// <summary>The form in which it is stored: what is a present state is left out.</summary>
    public LedgerEntry ToEntry()
    {
        var report = Latest.Unpack() with { Connections = [], Brokers = [], Clients = [], DecodeFailures = [], SeriesDropped = new Dictionary<string, long>() };
        return new LedgerEntry(PodUid, report) { Vanished = Vanished };
    }
}
