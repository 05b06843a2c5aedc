using System.Collections.Concurrent;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>Counts what one user asks of an API server, by verb and resource.</summary>
internal sealed class RequestCounter(string user)
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>The counts by verb and resource, such as <c>patch kafkamonitors/status</c>.</summary>
    public Dictionary<string, long> Snapshot() => new(_counts, StringComparer.Ordinal);

    /// <summary>The parts of an API server as they are, with every decision counted.</summary>
    public ApiServerPolicy Watch(ApiServerParts parts) => ApiServerPolicy.Standard(parts, inner => new Authorizer(this, inner));

    private void Note(RequestAttributes request)
    {
        if (request.User.Name != user || !request.IsResourceRequest)
            return;
        var resource = request.Subresource.Length > 0 ? $"{request.Resource}/{request.Subresource}" : request.Resource;
        _counts.AddOrUpdate($"{request.Verb} {resource}", 1, (_, count) => count + 1);
    }

    private sealed class Authorizer(RequestCounter counter, IAuthorizer inner) : IAuthorizer
    {
        public AuthorizationDecision Authorize(RequestAttributes request)
        {
            counter.Note(request);
            return inner.Authorize(request);
        }
    }
}
