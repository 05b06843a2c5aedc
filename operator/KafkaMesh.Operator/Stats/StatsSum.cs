using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>Adds reports of different sidecars up: everything in a report is cumulative.</summary>
internal sealed class StatsSum
{
    private const int MaxTopics = 10_000;
    private const int MaxGroups = 10_000;

    private readonly SortedDictionary<int, ApiSum> _apis = [];
    private readonly Dictionary<(string Topic, string Api), (long Records, long Bytes)> _topics = [];
    private readonly Dictionary<string, GroupStats> _groups = [];

    /// <summary>Sums by API key, ascending.</summary>
    public IReadOnlyCollection<ApiSum> Apis => _apis.Values;

    /// <summary>Sums by topic and API.</summary>
    public IEnumerable<TopicStats> Topics =>
        _topics.Select(t => new TopicStats { Topic = t.Key.Topic, Api = t.Key.Api, Records = t.Value.Records, Bytes = t.Value.Bytes });

    /// <summary>Consumer groups.</summary>
    public IReadOnlyCollection<GroupStats> Groups => _groups.Values;

    /// <summary>Latency over all APIs, without empty long polls.</summary>
    public LatencyHistogram Latency()
    {
        var all = new LatencyHistogram();
        foreach (var api in _apis.Values)
            all.Add(api.Latency);
        return all;
    }

    /// <summary>Adds a validated report.</summary>
    public void Add(StatsReport report)
    {
        AddApis(report);
        foreach (var topic in report.Topics)
            AddTopic(topic);
        foreach (var group in report.Groups)
            AddGroup(group);
    }

    /// <summary>Adds the APIs of a validated report, or with sign −1 takes an earlier state of the same sidecar away.</summary>
    public void AddApis(StatsReport report, int sign = 1)
    {
        foreach (var api in report.Apis)
        {
            if (!_apis.TryGetValue(api.ApiKey, out var sum))
                _apis[api.ApiKey] = sum = new ApiSum(api.ApiKey);
            sum.Add(api, sign);
        }
    }

    /// <summary>The sums in the form of a report, so that they can be stored and added again.</summary>
    public StatsReport ToReport() => new()
    {
        InstanceId = "sum",
        Apis = [.. _apis.Values.Select(a => a.ToReport())],
        Topics = [.. Topics],
        Groups = [.. _groups.Values],
    };

    private void AddTopic(TopicStats topic)
    {
        var key = (topic.Topic, topic.Api);
        if (!_topics.ContainsKey(key) && _topics.Count >= MaxTopics)
            key = (WellKnownNames.OtherLabel, topic.Api);
        var (records, bytes) = _topics.GetValueOrDefault(key);
        _topics[key] = (SaturatingSum.Add(records, topic.Records), SaturatingSum.Add(bytes, topic.Bytes));
    }

    // Every member sees the same rebalance: summing would count it once per pod. The member that watched longest saw most.
    private void AddGroup(GroupStats group)
    {
        if (_groups.TryGetValue(group.Group, out var known))
            _groups[group.Group] = known with { Members = Math.Max(known.Members, group.Members), Rebalances = Math.Max(known.Rebalances, group.Rebalances) };
        else if (_groups.Count < MaxGroups)
            _groups[group.Group] = group;
    }
}
