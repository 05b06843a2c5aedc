namespace KafkaMesh.Playground.Node.Pods;

/// <summary>What a projected token volume asks for; no audience means the API server's own.</summary>
internal sealed record TokenOrder(string Namespace, string ServiceAccount, string? Audience, TimeSpan Lifetime, string PodName, string PodUid);
