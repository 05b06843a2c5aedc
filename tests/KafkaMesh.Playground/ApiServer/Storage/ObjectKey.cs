namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>Where one object is stored.</summary>
/// <param name="Storage">The kind's storage name (<c>ResourceKind.Storage</c>).</param>
/// <param name="Namespace">Namespace, empty for cluster-scoped objects.</param>
/// <param name="Name">Object name.</param>
internal readonly record struct ObjectKey(string Storage, string Namespace, string Name);
