namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>One committed change: what was there before and what is there now.</summary>
/// <param name="Version">The resourceVersion of the change; they grow by one over the whole store.</param>
/// <param name="Previous">The object before, null for a creation.</param>
/// <param name="Current">The object after; null for a removal.</param>
/// <param name="Removed">The last state of a removed object with the version of the removal in it, else null.</param>
internal sealed record StoreEvent(long Version, StoredObject? Previous, StoredObject? Current, StoredObject? Removed)
{
    /// <summary>Where the change happened.</summary>
    public ObjectKey Key => (Current ?? Removed)!.Key;
}
