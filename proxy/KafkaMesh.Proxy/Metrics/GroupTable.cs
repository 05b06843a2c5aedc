using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Groups as JoinGroup responses show them, and the heartbeats of the newer protocols (KIP-848, KIP-932, KIP-1071). Rare events, so the loops share one table and write it under a lock.</summary>
internal sealed class GroupTable
{
    private const int NoGeneration = -1;

    private readonly NameTable _names;
    private readonly Lock _counting = new();
    private readonly long[] _members;
    private readonly long[] _rebalances;
    private readonly int[] _generations;
    private long _retiredRebalances;

    /// <summary>An empty table.</summary>
    /// <param name="limit">How many groups have a series of their own; 0 keeps none at all.</param>
    public GroupTable(int limit)
    {
        _names = new NameTable(limit, GroupStats.MaxGroupLength);
        _members = new long[limit + 1];
        _rebalances = new long[limit + 1];
        _generations = new int[limit + 1];
        for (var i = 0; i <= limit; i++)
            _generations[i] = NoGeneration; // Array.Fill would be compiled at start
    }

    /// <summary>Every group beyond the limit.</summary>
    public NamedSeries Other => _names.Other;

    /// <summary>How many groups have a series of their own.</summary>
    public int Count => _names.Count;

    /// <summary>The series of a group, or <see cref="Other"/>.</summary>
    public NamedSeries Get(ReadOnlySpan<byte> group) => _names.Get(group);

    /// <summary>Notes that a group is alive: one that does not rebalance has its members' heartbeats all the same.</summary>
    public void Touch(ReadOnlySpan<byte> group) => _names.Touch(group);

    /// <summary>A member joined: every new generation is one rebalance, whichever of the members tells it first.</summary>
    /// <param name="group">The group.</param>
    /// <param name="generation">Generation id of the JoinGroup response.</param>
    /// <param name="members">Members in the response; 0 for every member but the leader.</param>
    public void Joined(NamedSeries group, int generation, int members)
    {
        lock (_counting)
        {
            var index = group.IsRetired ? Other.Index : group.Index;
            var isNew = _generations[index] != generation;
            if (isNew || index == Other.Index)
                _rebalances[index]++;
            _generations[index] = generation;

            // A follower says nothing of the members, and beside the leader in one pod it may be answered first or last. Of another generation they
            // are known only if the leader is in this pod: else what it was told last time would stand for ever.
            if ((members > 0 || isNew) && index != Other.Index)
                _members[index] = members;
        }
    }

    /// <summary>
    /// A member reached an epoch that it did not have before. Each epoch of the group is one rebalance, as the broker counts them, whichever of the
    /// members tells it first; members follow at their own pace, so that a lower one than known is old news. Only a member that joins gets the
    /// newest: when that is lower, the group was made anew. (Two members that are answered at the same instant on different connections may be seen
    /// in the wrong order, and one epoch counts twice then.)
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="epoch">Member epoch of the response; positive.</param>
    /// <param name="joins">The member had none.</param>
    public void Advanced(NamedSeries group, int epoch, bool joins)
    {
        lock (_counting)
        {
            var index = group.IsRetired ? Other.Index : group.Index;
            if (index != Other.Index && epoch <= _generations[index] && (!joins || epoch == _generations[index]))
                return;
            _rebalances[index]++;
            _generations[index] = epoch;
            _members[index] = 0; // It may have been a classic group before (KIP-848's online migration).
        }
    }

    /// <summary>The generation that was seen last, by which <see cref="Left"/> tells old news.</summary>
    public int GenerationOf(NamedSeries group)
    {
        lock (_counting)
        {
            return _generations[group.IsRetired ? Other.Index : group.Index];
        }
    }

    /// <summary>
    /// A member of a classic group left it. Those that remain rebalance, and their leader is told how many they are, if it is in this pod; if it is not, or
    /// nobody remains, nobody here is told anything: the members are unknown until then.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="generation">Its generation when the member asked to leave: when it has a newer one by now, that is without the member already.</param>
    public void Left(NamedSeries group, int generation)
    {
        lock (_counting)
        {
            var index = group.IsRetired ? Other.Index : group.Index;
            if (_generations[index] == generation)
                _members[index] = 0;
        }
    }

    /// <summary>Retires idle groups when there is need of their places, see <see cref="LruTable{T}.Sweep"/>.</summary>
    /// <returns>How many.</returns>
    public int Sweep(long now)
    {
        lock (_counting)
        {
            var retired = _names.Sweep(now);
            foreach (var group in retired)
            {
                _retiredRebalances += _rebalances[group.Index];
                (_members[group.Index], _rebalances[group.Index], _generations[group.Index]) = (0, 0, NoGeneration);
            }

            _names.Free(retired);
            return retired.Length;
        }
    }

    /// <summary>The groups that have a series of their own, and what was counted under <c>__other__</c> if anything was.</summary>
    /// <param name="withRetired">Whether <c>__other__</c> also has what retired series had counted, so that the sum over all series never falls.</param>
    public List<GroupStats> ToList(bool withRetired = false)
    {
        NamedSeries?[] groups;
        long[] members, rebalances;
        long others;
        lock (_counting) // No longer than copying takes: a loop may wait for it.
        {
            groups = _names.ToArray();
            members = [.. _members];
            rebalances = [.. _rebalances];
            others = _rebalances[Other.Index] + (withRetired ? _retiredRebalances : 0);
        }

        var list = new List<GroupStats>();
        foreach (var group in groups)
        {
            if (group is not null)
                list.Add(new GroupStats(group.Name, members[group.Index], rebalances[group.Index]) { Since = group.Since });
        }

        if (others > 0)
            list.Add(new GroupStats(Other.Name, 0, others));
        return list;
    }
}
