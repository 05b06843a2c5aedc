using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>The living sidecars of a round with the names of their pods.</summary>
internal static class PodNames
{
    /// <summary>Pod name and latest report, by name; sidecars whose pod is not listed any more are left out.</summary>
    public static IEnumerable<(string Pod, StatsReport Report)> Of(CollectionRound round)
    {
        var names = round.Census.Injected.Concat(round.Ended).ToDictionary(p => p.Uid, p => p.Name, StringComparer.Ordinal);
        return round.Sidecars.Where(s => names.ContainsKey(s.PodUid)).OrderBy(s => names[s.PodUid], StringComparer.Ordinal).Select(s => (names[s.PodUid], s.Latest.Unpack()));
    }
}
