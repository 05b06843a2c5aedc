using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Kinds;

/// <summary>One resource type that the API server serves in one version: its names, its scope and what may be done with it.</summary>
internal sealed record ResourceKind
{
    /// <summary>API group; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>API version inside the group, such as <c>v1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Kind as objects spell it, such as <c>ConfigMap</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Plural resource name as URLs spell it, such as <c>configmaps</c>.</summary>
    public required string Plural { get; init; }

    /// <summary>Singular name, lower case.</summary>
    public required string Singular { get; init; }

    /// <summary>Kind of the list, by default the kind with <c>List</c>.</summary>
    public string ListKind { get => field ?? Kind + "List"; init; }

    /// <summary>Whether objects live in namespaces.</summary>
    public required bool Namespaced { get; init; }

    /// <summary>Verbs in the order in which discovery lists them.</summary>
    public required IReadOnlyList<string> Verbs { get; init; }

    /// <summary>Short names for kubectl.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Categories for kubectl, such as <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Subresources in the order of discovery.</summary>
    public IReadOnlyList<SubresourceKind> Subresources { get; init; } = [];

    /// <summary>The <c>openAPIV3Schema</c> of a custom kind, or null; the schemas of built-in kinds are in the schema catalog.</summary>
    public JsonObject? Schema { get; init; }

    /// <summary>The CustomResourceDefinition version entry that defines this kind, or null for a built-in kind.</summary>
    public JsonObject? CustomDefinition { get; init; }

    /// <summary>The store's version when a custom kind was first served: no watch can begin before it.</summary>
    public long ServedSince { get; init; }

    /// <summary>Whether a PUT without resourceVersion overwrites whatever is stored (true for most built-in kinds, false for custom ones and leases).</summary>
    public bool AllowsUnconditionalUpdate { get; init; } = true;

    /// <summary>Whether <c>metadata.generation</c> counts changes of everything but metadata and status.</summary>
    public bool TracksGeneration { get; init; }

    /// <summary>Field selectors beyond metadata.name and metadata.namespace, as dotted paths.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>Name under which objects are stored; two kinds that show the same objects share it.</summary>
    public string Storage { get => field ?? GroupResource; init; }

    /// <summary>Whether a CustomResourceDefinition defines this kind.</summary>
    public bool IsCustom => CustomDefinition is not null;

    /// <summary><c>apiVersion</c> of its objects: <c>v1</c> or <c>group/version</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name that 404, 409 and 403 texts use: <c>plural.group</c>, or <c>plural</c> alone in the core group.</summary>
    public string GroupResource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The name that 422 texts use: <c>Kind.group</c>, or <c>Kind</c> alone in the core group.</summary>
    public string GroupKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary>Whether the kind has the named subresource.</summary>
    public bool HasSubresource(string name) => Subresources.Any(s => s.Name == name);

    /// <summary>Whether the kind has a status subresource, which alone may change <c>status</c>.</summary>
    public bool HasStatus => HasSubresource("status");

    /// <summary>Whether the kind can be stored and listed (reviews and bindings can only be created).</summary>
    public bool IsStored => Verbs.Contains("list");
}
