using KafkaMesh.Kubernetes.Client;

namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>What an informer told about an object.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Name">Name of the object.</param>
/// <param name="Old">State before.</param>
/// <param name="New">State after; null after a delete.</param>
internal sealed record ToldChange(WatchEventType Type, string Name, ToldState? Old, ToldState? New);
