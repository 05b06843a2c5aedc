using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node.Pods;

namespace KafkaMesh.Playground.Node;

/// <summary>Tokens for pods, straight from the API server's signer in the same process.</summary>
internal sealed class NodeTokens(IClusterClient client, ServiceAccountTokens signer) : IServiceAccountTokens
{
    public Task<string?> IssueAsync(TokenOrder order, CancellationToken cancellationToken)
    {
        if (client.Get("v1", "ServiceAccount", order.Namespace, order.ServiceAccount) is not { } account) return Task.FromResult<string?>(null);
        var pod = client.Get("v1", "Pod", order.Namespace, order.PodName);
        return Task.FromResult<string?>(signer.Issue(account, order.Audience is { } audience ? [audience] : [], order.Lifetime, pod).Token);
    }
}
