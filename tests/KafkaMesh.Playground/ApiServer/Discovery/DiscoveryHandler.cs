using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Discovery;

/// <summary>Answers <c>/api</c>, <c>/apis</c> and what lies below them down to the version; any method reads, as in a real server.</summary>
internal sealed class DiscoveryHandler(KindRegistry kinds)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<bool, (long Revision, JsonObject Document, string Tag)> _aggregated = [];

    /// <summary>Handles a discovery path.</summary>
    /// <returns>False when the path is no discovery path or names an unknown group.</returns>
    public async Task<bool> HandleAsync(HttpContext http, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["api"] or ["apis"]:
                await WriteRootAsync(http, core: parts[0] == "api");
                return true;
            case ["api", var version]:
                await WriteResourcesAsync(http, "", version);
                return true;
            case ["apis", var group] when kinds.HasGroup(group):
                await ResponseWriter.WriteAsync(http, 200, DiscoveryDocuments.Group(kinds, group));
                return true;
            case ["apis", var group, var version] when kinds.HasGroup(group):
                await WriteResourcesAsync(http, group, version);
                return true;
            default:
                return false;
        }
    }

    private async Task WriteRootAsync(HttpContext http, bool core)
    {
        if (!WantsAggregated(http))
        {
            var address = $"{http.Connection.LocalIpAddress?.MapToIPv4()}:{http.Connection.LocalPort}";
            await ResponseWriter.WriteAsync(http, 200, core ? DiscoveryDocuments.CoreVersions(address) : DiscoveryDocuments.GroupList(kinds));
            return;
        }

        var (document, tag) = Aggregated(core);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Accept";
        if (http.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await ResponseWriter.WriteAsync(http, 200, document);
    }

    private Task WriteResourcesAsync(HttpContext http, string group, string version) => kinds.HasVersion(group, version)
        ? ResponseWriter.WriteAsync(http, 200, DiscoveryDocuments.ResourceList(kinds, group, version))
        : throw ApiErrors.NoSuchResource();

    /// <summary>Whether the first acceptable clause is the aggregated form; asking for an unknown form alone is 406.</summary>
    private static bool WantsAggregated(HttpContext http)
    {
        var accept = http.Request.Headers.Accept.ToString();
        if (accept.Length == 0)
        {
            return false;
        }

        foreach (var clause in ContentNegotiation.Parse(accept))
        {
            if (ContentNegotiation.Parameter(clause, "as") is "APIGroupDiscoveryList" && ContentNegotiation.Parameter(clause, "v") == "v2")
            {
                http.Response.OnStarting(() =>
                {
                    http.Response.Headers.CacheControl = "public";
                    if (http.Response.StatusCode != StatusCodes.Status304NotModified)
                    {
                        http.Response.ContentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
                    }

                    return Task.CompletedTask;
                });
                return true;
            }

            if (ContentNegotiation.Parameter(clause, "as").Length == 0 && clause.MediaType.Value is "application/json" or "*/*")
            {
                return false;
            }
        }

        throw ContentNegotiation.OnlyThese();
    }

    private (JsonObject Document, string Tag) Aggregated(bool core)
    {
        lock (_lock)
        {
            var revision = kinds.Revision;
            if (!_aggregated.TryGetValue(core, out var cached) || cached.Revision != revision)
            {
                var document = DiscoveryDocuments.Aggregated(kinds, core);
                _aggregated[core] = cached = (revision, document, DiscoveryDocuments.EntityTag(document.ToJsonString()));
            }

            return (cached.Document, cached.Tag);
        }
    }
}
