namespace KafkaMesh.Kubernetes.Client;

/// <summary>What a list is limited to.</summary>
public sealed record ListOptions
{
    /// <summary>Label selector, <c>app=orders,tier in (gold,silver)</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector, <c>spec.nodeName=node-a</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Most objects per page; null leaves it to the server. Ignored by the server when <see cref="ResourceVersion"/> is 0.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the page before.</summary>
    public string? Continue { get; init; }

    /// <summary>Null: the newest state. <c>0</c>: whatever the server has in its cache. Anything else: not older than this.</summary>
    public string? ResourceVersion { get; init; }
}
