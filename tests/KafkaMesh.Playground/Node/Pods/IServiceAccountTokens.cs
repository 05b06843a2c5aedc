namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Where the node agent gets tokens for projected volumes: what TokenRequest does for a kubelet.</summary>
internal interface IServiceAccountTokens
{
    /// <summary>A token for a service account bound to a pod; null when the account does not exist.</summary>
    Task<string?> IssueAsync(TokenOrder order, CancellationToken cancellationToken);
}
