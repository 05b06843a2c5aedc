using System.Text;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Commands.Topology;

/// <summary>A topology in Graphviz's language (https://graphviz.org/doc/info/lang.html). Names stand in quoted labels only.</summary>
internal static class TopologyDot
{
    /// <summary>The graph.</summary>
    public static string Write(TopologyView view)
    {
        var ids = view.Nodes.Select((node, index) => (node.Id, Name: $"n{index}")).ToDictionary(n => n.Id, n => n.Name, StringComparer.Ordinal);
        var text = new StringBuilder("digraph kafkamesh {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
        foreach (var node in view.Nodes)
            text.Append("  ").Append(ids[node.Id]).Append(" [label=\"").Append(Label(node)).Append("\", shape=").Append(Shape(node.Kind)).Append("];\n");
        foreach (var edge in view.Edges.Where(e => ids.ContainsKey(e.From) && ids.ContainsKey(e.To)))
            text.Append("  ").Append(ids[edge.From]).Append(" -> ").Append(ids[edge.To]).Append(" [").Append(Attributes(edge)).Append("];\n");
        return text.Append("}\n").ToString();
    }

    private static string Label(TopologyNodeView node) => node.Kind is "workload" or "pod"
        ? $"{Quote(node.Name)}\\n{Quote(node.WorkloadKind ?? "Pod")} in {Quote(node.Namespace ?? "")}"
        : Quote(node.Name);

    private static string Shape(string kind) => kind switch
    {
        "topic" => "cylinder",
        "broker" => "box3d",
        _ => "box",
    };

    private static string Attributes(TopologyEdgeView edge) => edge.Kind == "connect"
        ? $"label=\"{Figure.Of(edge.Connections)} connections\", style=dashed"
        : $"label=\"{Figure.Of(edge.RecordsPerSecond)} records/s\\n{Figure.Of(edge.BytesPerSecond)}B/s\"";

    private static string Quote(string name) =>
        TableText.Plain(name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
