using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>
/// Draws who produces to and consumes from which topics, and which brokers they are connected to. Only outbound traffic: what a sidecar
/// beside a broker sees is the traffic of others.
/// </summary>
/// <param name="byPod">One node per pod instead of one per workload.</param>
internal sealed class TopologyBuilder(bool byPod)
{
    private const int MaxNodes = 1000; // workloads or pods, and brokers, each
    private const int MaxPairs = 10_000; // of clients with topics and with brokers, each; a pair is at most two edges of some 250 bytes
    private const string Outbound = "outbound";

    private readonly Dictionary<string, TopologyNode> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TopologyNode> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TopologyNode> _brokers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Client, string Topic), (TopologyEdge Produce, TopologyEdge Consume)> _flows = [];
    private readonly Dictionary<(string Client, string Broker), TopologyEdge> _connections = [];
    private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);
    private HashSet<string> _named = new(StringComparer.Ordinal);

    /// <summary>Draws.</summary>
    /// <param name="figures">Figures of the monitors.</param>
    /// <param name="limit">Topics with a node of their own, the busiest.</param>
    /// <param name="now">The time.</param>
    public TopologyView Build(IReadOnlyList<MonitorFigures> figures, int limit, DateTimeOffset now)
    {
        var bytes = Bytes(figures);
        _named = bytes.Where(t => t.Key != WellKnownNames.OtherLabel)
            .OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Take(limit).Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var monitor in figures)
            Add(monitor);
        return new TopologyView(
            now,
            [.. _clients.Values.Concat(_topics.Values).Concat(_brokers.Values).Select(n => n.ToView()).OrderBy(n => n.Id, StringComparer.Ordinal)],
            [.. Edges().OrderBy(e => e.From, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal).ThenBy(e => e.Kind, StringComparer.Ordinal)],
            new TopologyMoreView(bytes.Keys.Count(t => t != WellKnownNames.OtherLabel && !_named.Contains(t)), _leftOut.Count));
    }

    private static bool IsOutbound(TopicStats topic) => topic.Direction == Outbound && !TopicUse.IsReplication(topic);

    private static Dictionary<string, long> Bytes(IReadOnlyList<MonitorFigures> figures)
    {
        var result = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var topic in figures.SelectMany(f => f.Round.Sidecars).SelectMany(s => s.Latest.Unpack().Topics).Where(IsOutbound))
            result[topic.Topic] = SaturatingSum.Add(result.GetValueOrDefault(topic.Topic), topic.Bytes);
        return result;
    }

    private void Add(MonitorFigures monitor)
    {
        var round = monitor.Round;
        var sidecars = round.Sidecars.ToDictionary(s => s.PodUid, StringComparer.Ordinal);
        foreach (var pod in round.Census.Injected)
        {
            var name = $"{round.Key.Namespace}/{round.Key.Name}";
            if (Client(pod, round.Key.Namespace ?? "") is not { } client)
                continue;
            client.Note(name, pod.Uid);
            if (sidecars.TryGetValue(pod.Uid, out var sidecar))
                Add(client, name, sidecar.Unpack(), round.Reporting.Contains(pod.Uid));
        }
    }

    private TopologyNode? Client(MonitoredPod pod, string space)
    {
        var workload = byPod ? new WorkloadView("Pod", pod.Name) : PodFigures.WorkloadOf(pod);
        var id = byPod ? $"pod:{space}/{pod.Name}" : $"workload:{space}/{workload.Kind}/{workload.Name}";
        return Node(_clients, id, id, byPod ? "pod" : "workload", workload.Name, space, byPod ? null : workload.Kind);
    }

    private TopologyNode? Node(Dictionary<string, TopologyNode> nodes, string key, string id, string kind, string name, string? space, string? workloadKind)
    {
        if (nodes.TryGetValue(key, out var known))
            return known;
        if (nodes.Count >= MaxNodes + 1)
        {
            _leftOut.Add(id);
            return null;
        }
        return nodes[key] = new TopologyNode(id, kind, name, space, workloadKind);
    }

    private void Add(TopologyNode client, string monitor, SidecarFigures sidecar, bool isReporting)
    {
        foreach (var (topic, count) in TopicCount.ByTopic(sidecar.Total.Topics, IsOutbound))
        {
            var (produce, consume) = Flow(client, topic, monitor, sidecar.PodUid);
            produce.Add(count.RecordsOut, count.BytesOut);
            consume.Add(count.RecordsIn, count.BytesIn);
        }
        var seconds = sidecar.Seconds;
        foreach (var (topic, change) in isReporting && seconds > 0 ? TopicCount.Changes(sidecar, IsOutbound) : [])
        {
            var (produce, consume) = Flow(client, topic, monitor, sidecar.PodUid);
            produce.AddRate(Math.Max(0, change.RecordsOut) / seconds, Math.Max(0, change.BytesOut) / seconds);
            consume.AddRate(Math.Max(0, change.RecordsIn) / seconds, Math.Max(0, change.BytesIn) / seconds);
        }
        foreach (var broker in sidecar.Report.Brokers.Where(b => isReporting && b.Direction == Outbound && (b.Open > 0 || b.ConnectErrors > 0)))
            Connect(client, broker, monitor, sidecar.PodUid);
    }

    private (TopologyEdge Produce, TopologyEdge Consume) Flow(TopologyNode client, string topic, string monitor, string podUid)
    {
        var name = _named.Contains(topic) ? topic : WellKnownNames.OtherLabel;
        if (_flows.Count >= MaxPairs && !_flows.ContainsKey((client.Id, "topic:" + name)))
            name = WellKnownNames.OtherLabel; // no more than one pair for each client, and the sums stay exact
        var node = Node(_topics, name, "topic:" + name, "topic", name, space: null, workloadKind: null)!;
        node.Note(monitor, podUid);
        if (!_flows.TryGetValue((client.Id, node.Id), out var flow))
            _flows[(client.Id, node.Id)] = flow = (new TopologyEdge(), new TopologyEdge());
        return flow;
    }

    private void Connect(TopologyNode client, BrokerStats broker, string monitor, string podUid)
    {
        var address = _connections.Count < MaxPairs || _connections.ContainsKey((client.Id, "broker:" + broker.Address)) ? broker.Address : WellKnownNames.OtherLabel;
        if (Node(_brokers, address, "broker:" + address, "broker", address, space: null, workloadKind: null) is not { } node)
            return;
        node.Note(monitor, podUid);
        if (!_connections.TryGetValue((client.Id, node.Id), out var edge))
            _connections[(client.Id, node.Id)] = edge = new TopologyEdge();
        edge.AddConnections(broker.Open, broker.ConnectErrors);
    }

    private IEnumerable<TopologyEdgeView> Edges()
    {
        foreach (var ((client, topic), (produce, consume)) in _flows)
        {
            if (produce.Bytes > 0)
                yield return produce.ToView(client, topic, "produce");
            if (consume.Bytes > 0)
                yield return consume.ToView(topic, client, "consume");
        }
        foreach (var ((client, broker), edge) in _connections)
            yield return edge.ToView(client, broker, "connect");
    }
}
