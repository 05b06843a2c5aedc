namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>A consistent snapshot of the objects of one storage.</summary>
/// <param name="Version">The store's resourceVersion at which the snapshot holds.</param>
/// <param name="Items">Objects ordered by namespace and name.</param>
internal sealed record StoreList(long Version, IReadOnlyList<StoredObject> Items);
