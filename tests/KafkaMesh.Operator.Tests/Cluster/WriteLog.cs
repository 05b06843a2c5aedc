using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Who wrote what into an API server, in the order in which it was allowed to.</summary>
internal sealed class WriteLog
{
    private readonly Lock _gate = new();
    private readonly List<(string User, string Resource)> _writes = [];

    /// <summary>What only the leader may write: statuses, ledgers and the webhook registration.</summary>
    public IReadOnlyList<(string User, string Resource)> OfLeaders
    {
        get
        {
            lock (_gate)
                return [.. _writes.Where(write => write.Resource is "kafkamonitors/status" or "configmaps/" or "mutatingwebhookconfigurations/")];
        }
    }

    /// <summary>The parts of an API server as they are, with every write noted.</summary>
    public ApiServerPolicy Watch(ApiServerParts parts) => ApiServerPolicy.Standard(parts, inner => new Authorizer(this, inner));

    private sealed class Authorizer(WriteLog log, IAuthorizer inner) : IAuthorizer
    {
        public AuthorizationDecision Authorize(RequestAttributes request)
        {
            var decision = inner.Authorize(request);
            if (decision.Allowed && request.Verb is ("create" or "update" or "patch" or "delete"))
            {
                lock (log._gate)
                    log._writes.Add((request.User.Name, $"{request.Resource}/{request.Subresource}"));
            }
            return decision;
        }
    }
}
