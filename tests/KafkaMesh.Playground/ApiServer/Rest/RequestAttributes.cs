namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What authorisation decides about.</summary>
internal sealed record RequestAttributes
{
    /// <summary>Who asks.</summary>
    public required UserInfo User { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete or deletecollection; the lower-case HTTP method for other paths.</summary>
    public required string Verb { get; init; }

    /// <summary>URL path.</summary>
    public required string Path { get; init; }

    /// <summary>False for paths that name no resource, such as <c>/version</c>.</summary>
    public bool IsResourceRequest { get; init; }

    /// <summary>API group, empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>API version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Plural resource name.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Subresource, or empty.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Namespace, or empty.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Object name, or empty.</summary>
    public string Name { get; init; } = "";
}
