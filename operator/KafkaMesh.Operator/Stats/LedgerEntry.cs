using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>The latest word of one sidecar process.</summary>
/// <param name="PodUid">Uid of its pod.</param>
/// <param name="Report">Its latest report.</param>
internal sealed record LedgerEntry(string PodUid, StatsReport Report)
{
    /// <summary>The report before; null after the first one. Only for rates, never stored.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public StatsReport? Previous { get; init; }

    /// <summary>What vanished from its reports; null for nothing.</summary>
    public VanishedSeries? Vanished { get; init; }

    /// <summary>All that it has counted, under the names it had counted it under.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public StatsReport Total => Vanished?.Restore(Report) ?? Report;

    /// <summary>The same of a sidecar that is gone: the members of a group are a present state, not a count.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public StatsReport TotalOfGone
    {
        get
        {
            var total = Total;
            return total with { Groups = [.. total.Groups.Select(group => group with { Members = 0 })] };
        }
    }

    /// <summary>Its pod ends, and does not come back once it is gone.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEnding { get; init; }
}
