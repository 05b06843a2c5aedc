namespace KafkaMesh.Kubernetes.Entities;

/// <summary>Where a kind lives in the API (KubeOps' name): group, version, kind, plural and scope.</summary>
/// <param name="Kind">Kind, <c>KafkaMonitor</c>.</param>
/// <param name="Version">Version, <c>v1alpha1</c>.</param>
/// <param name="Group">Group; empty for the core group.</param>
/// <param name="Plural">Resource name in URLs, <c>kafkamonitors</c>.</param>
/// <param name="Namespaced">Whether objects live in namespaces.</param>
public sealed record EntityMetadata(string Kind, string Version, string Group, string Plural, bool Namespaced = true)
{
    /// <summary><c>group/version</c>, or the version alone for the core group.</summary>
    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>plural.group</c>, or the plural alone for the core group: the name that error messages use.</summary>
    public string ResourceName { get; } = Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>URL path of the collection, or of one object, or of a subresource of it, without leading slash.</summary>
    /// <param name="namespaceName">Namespace; null for cluster scope or all namespaces.</param>
    /// <param name="name">Object name; null for the collection.</param>
    /// <param name="subresource"><c>status</c> for example.</param>
    /// <exception cref="ArgumentException">A name that is empty or a subresource without object name.</exception>
    public string Path(string? namespaceName, string? name = null, string? subresource = null)
    {
        if (namespaceName is { Length: 0 } || name is { Length: 0 } || (subresource is not null && name is null))
        {
            throw new ArgumentException($"A {Kind} needs a name that is not empty: namespace '{namespaceName}', name '{name}', subresource '{subresource}'.");
        }

        if (!Namespaced && namespaceName is not null)
        {
            throw new ArgumentException($"{Kind} is cluster-scoped: it has no namespace '{namespaceName}'.", nameof(namespaceName));
        }

        var path = Group.Length == 0 ? $"api/{Version}/" : $"apis/{Group}/{Version}/";
        path += namespaceName is null ? Plural : $"namespaces/{Uri.EscapeDataString(namespaceName)}/{Plural}";
        path += name is null ? "" : $"/{Uri.EscapeDataString(name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }
}
