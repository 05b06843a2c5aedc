using System.Text.Json.Serialization;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>One sidecar process in a stored ledger.</summary>
/// <param name="PodUid">Uid of its pod.</param>
/// <param name="Report">Its latest report.</param>
internal sealed record LedgerEntry(string PodUid, StatsReport Report)
{
    /// <summary>What vanished from its reports; null for nothing.</summary>
    public VanishedSeries? Vanished { get; init; }

    /// <summary>All that it has counted, under the names it had counted it under.</summary>
    [JsonIgnore]
    public StatsReport Total => Vanished?.Restore(Report) ?? Report;

    /// <summary>The same of a sidecar that is gone: the members of a group are a present state, not a count.</summary>
    [JsonIgnore]
    public StatsReport TotalOfGone
    {
        get
        {
            var total = Total;
            return total with { Groups = [.. total.Groups.Select(group => group with { Members = 0 })] };
        }
    }
}
