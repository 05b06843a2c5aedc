using System.Globalization;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Topology;

/// <summary>A topology as two tables: topics with those who produce and consume, and brokers with those who are connected.</summary>
/// <param name="withNamespaces">Whether clients are of several namespaces.</param>
/// <param name="isWide">Whether totals, pods and monitors are shown too.</param>
internal sealed class TopologyText(bool withNamespaces, bool isWide)
{
    /// <summary>The tables; busiest topics first.</summary>
    public string Write(TopologyView view)
    {
        var nodes = view.Nodes.ToDictionary(n => n.Id, StringComparer.Ordinal);
        var tables = new[] { Topics(view, nodes), Brokers(view, nodes) };
        return string.Join("\n", tables.Where(t => t.Length > 0));
    }

    /// <summary>What the tables do not show, a sentence each.</summary>
    public static IEnumerable<string> Notes(TopologyView view)
    {
        if (view.More.Topics > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"note: {Plural.Of(view.More.Topics, "more topic is", "more topics are")} added up as {WellKnownNames.OtherLabel}; --limit shows more");
        if (view.More.Nodes > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"note: {Plural.Of(view.More.Nodes, "more workload, pod or broker is", "more workloads, pods and brokers are")} left out; name a KafkaMonitor to see its own");
    }

    /// <summary>What a client is called.</summary>
    /// <param name="kind">Kind of its workload; null for a pod.</param>
    /// <param name="name">Its name.</param>
    public static string NameOf(string? kind, string name) => $"{kind ?? "Pod"}/{name}";

    private string Topics(TopologyView view, Dictionary<string, TopologyNodeView> nodes)
    {
        var rows = view.Edges.Where(e => e.Kind is "produce" or "consume")
            .Select(e => (Edge: e, Topic: Find(nodes, e.Kind == "produce" ? e.To : e.From), Client: Find(nodes, e.Kind == "produce" ? e.From : e.To)))
            .Where(r => r is { Topic: not null, Client: not null })
            .GroupBy(r => r.Topic!.Name, StringComparer.Ordinal)
            .OrderByDescending(g => g.Sum(r => r.Edge.BytesPerSecond ?? 0)).ThenByDescending(g => g.Sum(r => (double)r.Edge.Bytes)).ThenBy(g => g.Key, StringComparer.Ordinal)
            .SelectMany(g => g.OrderByDescending(r => r.Edge.Kind, StringComparer.Ordinal).ThenByDescending(r => r.Edge.BytesPerSecond ?? 0).ThenBy(r => r.Client!.Id, StringComparer.Ordinal))
            .ToList();
        if (rows.Count == 0)
            return "";
        var table = new TableText(["TOPIC", "FLOW", .. Space("NAMESPACE"), "CLIENT", ">RECORDS/S", ">BYTES/S", .. Wide(">RECORDS", ">BYTES", ">PODS", "MONITORS")]);
        foreach (var (edge, topic, client) in rows)
        {
            table.Add([
                topic!.Name, edge.Kind == "produce" ? "produced by" : "consumed by", .. Space(client!.Namespace ?? ""), NameOf(client.WorkloadKind, client.Name),
                Figure.Of(edge.RecordsPerSecond), Figure.Of(edge.BytesPerSecond), .. Wide(Figure.Of(edge.Records), Figure.Of(edge.Bytes), Figure.Of(client.Pods), Monitors(client))]);
        }
        return table.Write();
    }

    private string Brokers(TopologyView view, Dictionary<string, TopologyNodeView> nodes)
    {
        var rows = view.Edges.Where(e => e.Kind == "connect").Select(e => (Edge: e, Broker: Find(nodes, e.To), Client: Find(nodes, e.From))).Where(r => r is { Broker: not null, Client: not null })
            .OrderBy(r => r.Broker!.Name, StringComparer.Ordinal).ThenByDescending(r => r.Edge.Connections).ThenBy(r => r.Client!.Id, StringComparer.Ordinal).ToList();
        if (rows.Count == 0)
            return "";
        var table = new TableText(["BROKER", .. Space("NAMESPACE"), "CLIENT", ">CONNECTIONS", ">CONNECT-ERRORS", .. Wide(">PODS", "MONITORS")]);
        foreach (var (edge, broker, client) in rows)
            table.Add([broker!.Name, .. Space(client!.Namespace ?? ""), NameOf(client.WorkloadKind, client.Name), Figure.Of(edge.Connections), Figure.Of(edge.ConnectErrors), .. Wide(Figure.Of(client.Pods), Monitors(client))]);
        return table.Write();
    }

    private static TopologyNodeView? Find(Dictionary<string, TopologyNodeView> nodes, string id) => nodes.GetValueOrDefault(id);

    private static string Monitors(TopologyNodeView node) => string.Join(',', node.Monitors);

    private string[] Space(string cell) => withNamespaces ? [cell] : [];

    private string[] Wide(params string[] cells) => isWide ? cells : [];
}
