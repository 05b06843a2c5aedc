using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>One node while a topology is added up.</summary>
internal sealed class TopologyNode(string id, string kind, string name, string? namespaceName, string? workloadKind)
{
    private readonly SortedSet<string> _monitors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pods = new(StringComparer.Ordinal);

    /// <summary>Unique in the topology.</summary>
    public string Id => id;

    /// <summary>A pod that it stands for, or that talks to it.</summary>
    public void Note(string monitor, string podUid)
    {
        _monitors.Add(monitor);
        _pods.Add(podUid);
    }

    /// <summary>As it is answered.</summary>
    public TopologyNodeView ToView() => new(id, kind, name, namespaceName, workloadKind, [.. _monitors], _pods.Count);
}
