namespace KafkaMesh.Kubernetes.Watching;

/// <summary>How an informer is doing: for readiness and for people.</summary>
/// <param name="HasSynced">The first list is in the store and was handed to the handlers.</param>
/// <param name="IsConnected">A watch is open.</param>
/// <param name="LastError">What went wrong last since a watch was open; null when all is well.</param>
public sealed record InformerState(bool HasSynced, bool IsConnected, string? LastError);
