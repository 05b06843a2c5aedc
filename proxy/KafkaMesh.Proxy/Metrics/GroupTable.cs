using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Consumer groups as JoinGroup responses show them. Rare events, so the loops share one table and write it atomically.</summary>
internal sealed class GroupTable
{
    private readonly NameTable _names;
    private readonly long[] _members;
    private readonly long[] _rebalances;
    private readonly long[] _generations;

    /// <summary>An empty table.</summary>
    /// <param name="limit">How many groups have a series of their own; 0 keeps none at all.</param>
    public GroupTable(int limit)
    {
        _names = new NameTable(limit, GroupStats.MaxGroupLength);
        _members = new long[limit + 1];
        _rebalances = new long[limit + 1];
        _generations = new long[limit + 1];
        for (var i = 0; i <= limit; i++)
            _generations[i] = -1; // Array.Fill would be compiled at start
    }

    /// <summary>Number that stands for every group beyond the limit.</summary>
    public int Other => _names.Other;

    /// <summary>How many groups have a series of their own.</summary>
    public int Count => _names.Count;

    /// <summary>Number of a group.</summary>
    public int IndexOf(ReadOnlySpan<byte> group) => _names.IndexOf(group);

    /// <summary>Name of a group below <see cref="Count"/>.</summary>
    public string NameOf(int index) => _names.NameOf(index);

    /// <summary>Members at the last rebalance of which this sidecar saw the leader.</summary>
    public long MembersOf(int index) => Volatile.Read(ref _members[index]);

    /// <summary>Generations seen.</summary>
    public long RebalancesOf(int index) => Volatile.Read(ref _rebalances[index]);

    /// <summary>A member joined: every new generation is one rebalance, whichever of the members tells it first.</summary>
    /// <param name="index">The group.</param>
    /// <param name="generation">Generation id of the JoinGroup response.</param>
    /// <param name="members">Members in the response; 0 for every member but the leader.</param>
    public void Joined(int index, int generation, int members)
    {
        var isNew = Interlocked.Exchange(ref _generations[index], generation) != generation;
        if (isNew || index == Other)
            Interlocked.Increment(ref _rebalances[index]);
        if (members > 0 && index != Other)
            Volatile.Write(ref _members[index], members);
    }
}
