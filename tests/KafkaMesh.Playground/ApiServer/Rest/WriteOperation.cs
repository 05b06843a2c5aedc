namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What a write does to the stored state, as admission sees it (a patch is an update, or a creation by server-side apply).</summary>
internal enum WriteOperation
{
    /// <summary>A new object.</summary>
    Create,

    /// <summary>A change of an existing object.</summary>
    Update,

    /// <summary>A deletion.</summary>
    Delete,

    /// <summary>A connection to a subresource such as exec or proxy.</summary>
    Connect,
}
