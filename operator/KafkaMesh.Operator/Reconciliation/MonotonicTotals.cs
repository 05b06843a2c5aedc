using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Keeps totals from going backwards when a new leader starts from a ledger that was stored up to a minute before the
/// last status: what was shown once stays, until the counted figure passes it.
/// </summary>
internal static class MonotonicTotals
{
    /// <summary>Raises each total to what was shown before.</summary>
    public static KafkaMonitorStatus Apply(KafkaMonitorStatus next, KafkaMonitorStatus? previous)
    {
        if (previous is null)
            return next;
        return next with
        {
            ApiKeys = Merge(next.ApiKeys, previous.ApiKeys, a => a.ApiKey, Raise, all => [.. all.OrderBy(a => a.ApiKey)]),
            Errors = Merge(next.Errors, previous.Errors, e => (e.ApiKey, e.Error), (now, before) => now with { Count = Math.Max(now.Count, before.Count) }, StatusBuilder.TopErrors),
            Topics = Merge(next.Topics, previous.Topics, t => t.Name, Raise, StatusBuilder.TopTopics),
            Groups = Merge(next.Groups, WithoutMembers(previous.Groups), g => g.Name, (now, before) => now with { Rebalances = Math.Max(now.Rebalances, before.Rebalances) }, StatusBuilder.TopGroups),
        };
    }

    private static ApiKeyStatus Raise(ApiKeyStatus now, ApiKeyStatus before) => now with
    {
        Requests = Math.Max(now.Requests, before.Requests),
        Responses = Math.Max(now.Responses, before.Responses),
        Errors = Math.Max(now.Errors, before.Errors),
        RequestBytes = Math.Max(now.RequestBytes, before.RequestBytes),
        ResponseBytes = Math.Max(now.ResponseBytes, before.ResponseBytes),
    };

    private static TopicStatus Raise(TopicStatus now, TopicStatus before) => now with
    {
        RecordsIn = Math.Max(now.RecordsIn, before.RecordsIn),
        RecordsOut = Math.Max(now.RecordsOut, before.RecordsOut),
        BytesIn = Math.Max(now.BytesIn, before.BytesIn),
        BytesOut = Math.Max(now.BytesOut, before.BytesOut),
    };

    // Members are a present state.
    private static List<GroupStatus>? WithoutMembers(IReadOnlyList<GroupStatus>? groups) => groups?.Select(g => g with { Members = 0 }).ToList();

    // What was ever shown stays, as long as it is among the top: an API that nobody uses any more has not been unused.
    private static IReadOnlyList<T>? Merge<T, TKey>(
        IReadOnlyList<T>? next, IReadOnlyList<T>? previous, Func<T, TKey> key, Func<T, T, T> raise, Func<IEnumerable<T>, List<T>> top)
        where TKey : notnull
    {
        if (next is null || previous is null)
            return next ?? previous;
        var before = previous.GroupBy(key).ToDictionary(g => g.Key, g => g.First());
        var raised = next.Select(now => before.Remove(key(now), out var old) ? raise(now, old) : now).ToList();
        return top(raised.Concat(before.Values));
    }
}
