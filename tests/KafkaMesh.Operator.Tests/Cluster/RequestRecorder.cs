using System.Collections.Concurrent;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Records what one user asked of an API server and whether it was allowed, as an audit log would.</summary>
internal sealed class RequestRecorder(string user)
{
    private readonly ConcurrentQueue<RequestAttributes> _allowed = new();
    private readonly ConcurrentQueue<RequestAttributes> _refused = new();

    /// <summary>Requests for resources that were allowed.</summary>
    public IReadOnlyCollection<RequestAttributes> Allowed => _allowed;

    /// <summary>Requests that were refused, in words.</summary>
    public IEnumerable<string> Refused => _refused.Select(r => $"{r.Verb} {r.Resource}/{r.Subresource} {r.Namespace}/{r.Name}");

    /// <summary>The parts of an API server as they are, with every decision about the user recorded.</summary>
    public ApiServerPolicy Watch(ApiServerParts parts) => ApiServerPolicy.Standard(parts, authorizer => new Authorizer(this, authorizer));

    private sealed class Authorizer(RequestRecorder recorder, IAuthorizer inner) : IAuthorizer
    {
        public AuthorizationDecision Authorize(RequestAttributes request)
        {
            var decision = inner.Authorize(request);
            if (request.User.Name == recorder.User && request.IsResourceRequest)
                (decision.Allowed ? recorder._allowed : recorder._refused).Enqueue(request);
            return decision;
        }
    }

    private string User { get; } = user;
}
