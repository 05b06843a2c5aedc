using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>What the ledger knows of one sidecar process.</summary>
/// <param name="PodUid">Uid of its pod.</param>
/// <param name="Latest">Its latest report.</param>
internal sealed record SidecarRecord(string PodUid, PackedReport Latest)
{
    /// <summary>The report before; null after the first one. Only for rates, never stored.</summary>
    public PackedReport? Previous { get; init; }

    /// <summary>What vanished from its reports; null for nothing.</summary>
    public VanishedSeries? Vanished { get; init; }

    /// <summary>Its pod ends, and does not come back once it is gone.</summary>
    public bool IsEnding { get; init; }

    /// <summary>The form in which it is stored.</summary>
    public LedgerEntry ToEntry() => new(PodUid, Latest.Unpack() with { Connections = [] }) { Vanished = Vanished };
}
