using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Of a node, which a real cluster describes in some 15 KB, nothing but its name and the version of its kubelet.</summary>
internal sealed record KubeletNode : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Registration of nodes with these fields.</summary>
    public static EntityType<KubeletNode> Type { get; } = EntityType.Create(BuiltInEntities.Nodes.Metadata, HostingJson.Default.KubeletNode);

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? V1ObjectMeta.Empty; init => field = value is null ? null : new V1ObjectMeta { Name = value.Name }; } = V1ObjectMeta.Empty;

    /// <summary>status of the node.</summary>
    public KubeletNodeStatus? Status { get; init; }

    /// <summary>Version of the kubelet; null when the node does not say.</summary>
    public string? KubeletVersion => Status?.NodeInfo?.KubeletVersion;
}

/// <summary>The one field of a node's status that is read.</summary>
/// <param name="NodeInfo">Versions of what runs there.</param>
internal sealed record KubeletNodeStatus(KubeletNodeInfo? NodeInfo);

/// <summary>Versions of what runs on a node.</summary>
/// <param name="KubeletVersion">That of the kubelet, such as v1.36.0.</param>
internal sealed record KubeletNodeInfo(string? KubeletVersion);
