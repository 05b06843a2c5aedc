namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What a URL asks for, parsed as the real server's RequestInfo: group, version, namespace, resource, name, subresource and verb.</summary>
internal sealed record RequestInfo
{
    private static readonly string[] NamespaceSubresources = ["status", "finalize"];

    /// <summary>The path without query.</summary>
    public required string Path { get; init; }

    /// <summary>The API verb of a resource request, else the lower-case HTTP method.</summary>
    public required string Verb { get; init; }

    /// <summary>Whether the path names a resource type.</summary>
    public bool IsResource { get; init; }

    /// <summary>API group, empty for core.</summary>
    public string Group { get; init; } = "";

    /// <summary>API version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Namespace or empty; for a namespace object its own name.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Plural resource name.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Object name or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Subresource or empty.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>What follows the subresource (for proxy), without leading slash.</summary>
    public string Rest { get; init; } = "";

    /// <summary>Parses a request. <paramref name="watchParameter"/> tells whether the query asks for a watch.</summary>
    public static RequestInfo Parse(string method, string path, bool watchParameter)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var plain = new RequestInfo { Path = path, Verb = method.ToLowerInvariant() };
        var (group, version, start) = parts switch
        {
            ["api", var v, _, ..] => ("", v, 2),
            ["apis", var g, var v, _, ..] => (g, v, 3),
            _ => ("", "", 0),
        };
        return start == 0 ? plain : ParseResource(plain with { IsResource = true, Group = group, Version = version }, parts[start..], watchParameter);
    }

    private static RequestInfo ParseResource(RequestInfo info, string[] parts, bool watchParameter)
    {
        var oldWatch = parts[0] == "watch" && parts.Length > 1;
        if (oldWatch)
        {
            parts = parts[1..];
        }

        if (parts is ["namespaces", var ns, var inside, ..] && !(parts.Length == 3 && NamespaceSubresources.Contains(inside)))
        {
            info = info with { Namespace = ns };
            parts = parts[2..];
        }
        else if (parts is ["namespaces", var name, ..])
        {
            info = info with { Namespace = name };
        }

        info = info with
        {
            Resource = parts[0],
            Name = parts.Length > 1 ? parts[1] : "",
            Subresource = parts.Length > 2 ? parts[2] : "",
            Rest = parts.Length > 3 ? string.Join('/', parts[3..]) : "",
        };
        return info with { Verb = VerbOf(info, watchParameter || oldWatch, oldWatch) };
    }

    private static string VerbOf(RequestInfo info, bool watch, bool oldWatch) => info.Verb switch
    {
        "get" or "head" when info.Name.Length == 0 || oldWatch => watch ? "watch" : "list",
        "get" or "head" => "get",
        "post" => "create",
        "put" => "update",
        "patch" => "patch",
        "delete" => info.Name.Length == 0 ? "deletecollection" : "delete",
        var other => other,
    };
}
