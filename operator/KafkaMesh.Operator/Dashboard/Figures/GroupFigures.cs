using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Consumer groups of a round, by the rules of the status: rebalances are a total, members what living sidecars see.</summary>
internal static class GroupFigures
{
    /// <summary>Rebalances by group, of those that had most.</summary>
    public static Dictionary<string, long> Rebalances(CollectionRound round, int most) =>
        Sum(round).Groups.Where(IsNamed).OrderByDescending(g => g.Rebalances).Take(most).ToDictionary(g => g.Group, g => g.Rebalances, StringComparer.Ordinal);

    /// <summary>All groups, largest first.</summary>
    /// <param name="round">The round.</param>
    /// <param name="mark">What was counted some time ago; null when nothing is known.</param>
    public static IReadOnlyList<GroupView> Of(CollectionRound round, GroupMark? mark)
    {
        var living = new Dictionary<string, (long Members, NameSample Pods)>(StringComparer.Ordinal);
        foreach (var (pod, report) in PodNames.Of(round))
        {
            foreach (var group in report.Groups)
            {
                var (members, pods) = living.TryGetValue(group.Group, out var known) ? known : (0, new NameSample());
                pods.Add(pod);
                living[group.Group] = (Math.Max(members, group.Members), pods);
            }
        }
        var shown = (round.Status.Groups ?? []).ToLookup(g => g.Name, StringComparer.Ordinal);
        return
        [
            .. Sum(round).Groups.Where(IsNamed).Select(View)
                .OrderByDescending(g => g.Members).ThenByDescending(g => g.Rebalances).ThenBy(g => g.Name, StringComparer.Ordinal),
        ];

        GroupView View(GroupStats group)
        {
            var (members, pods) = living.TryGetValue(group.Group, out var known) ? known : (0, new NameSample());
            var rebalances = Math.Max(group.Rebalances, shown[group.Group].FirstOrDefault()?.Rebalances ?? 0);
            return new GroupView(group.Group, members, rebalances, PerHour(group, round, mark), pods.Names, pods.More);
        }
    }

    private static double? PerHour(GroupStats group, CollectionRound round, GroupMark? mark)
    {
        if (mark is null || round.Time - mark.Time < TimeSpan.FromMinutes(1))
            return null;
        if (!mark.Rebalances.TryGetValue(group.Group, out var before) && !mark.IsComplete)
            return null;
        return Math.Max(0, group.Rebalances - before) / (round.Time - mark.Time).TotalHours;
    }

    private static bool IsNamed(GroupStats group) => group.Group.Length > 0 && group.Group != WellKnownNames.OtherLabel;

    private static StatsSum Sum(CollectionRound round)
    {
        var sum = new StatsSum();
        sum.Add(OnlyGroups(round.Gone));
        foreach (var sidecar in round.Sidecars)
            sum.Add(OnlyGroups(sidecar.Unpack().Total));
        return sum;
    }

    private static StatsReport OnlyGroups(StatsReport report) => report with { Apis = [], Topics = [] };
}
