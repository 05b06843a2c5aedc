using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Stands before an API server's authorizer: refuses requests, holds them, or lets something happen just before them.</summary>
internal sealed class ApiGate
{
    private int _busy;

    /// <summary>Asked about every write: false refuses it. What it asks of the server itself is not asked about.</summary>
    public Func<RequestAttributes, bool> Before { get; set; } = _ => true;

    /// <summary>The parts of an API server as they are, behind the gate.</summary>
    public ApiServerPolicy Watch(ApiServerParts parts) => ApiServerPolicy.Standard(parts, inner => new Authorizer(this, inner));

    private sealed class Authorizer(ApiGate gate, IAuthorizer inner) : IAuthorizer
    {
        public AuthorizationDecision Authorize(RequestAttributes request)
        {
            if (request.Verb is not ("create" or "update" or "patch") || Interlocked.Exchange(ref gate._busy, 1) == 1)
                return inner.Authorize(request);
            bool passes;
            try
            {
                passes = gate.Before(request);
            }
            finally
            {
                Volatile.Write(ref gate._busy, 0);
            }
            return passes ? inner.Authorize(request) : new AuthorizationDecision(Allowed: false, "the gate is closed");
        }
    }
}
