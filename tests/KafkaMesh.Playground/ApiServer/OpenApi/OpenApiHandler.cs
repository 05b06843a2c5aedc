using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.OpenApi;

/// <summary>Answers <c>/openapi/v2</c> (the protobuf that kubectl insists on) and <c>/openapi/v3</c> (index and documents by group and version).</summary>
internal sealed class OpenApiHandler(KindRegistry kinds)
{
    private const string V2Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private const string NotCached = "no-cache, private";
    private const string Root = "/openapi/v3/";

    // The spelling with @ is that of all kubectl versions; a real server takes both.
    private static readonly string[] V2Types = [V2Protobuf, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (JsonObject Document, string Hash)> _documents = [];
    private long _revision;

    /// <summary>Handles an OpenAPI path; false for any other or for an unknown document.</summary>
    public async Task<bool> HandleAsync(HttpContext http, string path)
    {
        switch (path.TrimEnd('/'))
        {
            case "/openapi/v2":
                await WriteV2Async(http);
                return true;
            case "/openapi/v3":
                // A real server sends the JSON of the index with this type.
                await ResponseWriter.WriteTextAsync(http, 200, Index().ToJsonString() + "\n");
                return true;
            case var document when document.StartsWith(Root, StringComparison.Ordinal) && Find(document[Root.Length..]) is { } found:
                await WriteDocumentAsync(http, document, found.Document, found.Hash);
                return true;
            default:
                return false;
        }
    }

    private async Task WriteV2Async(HttpContext http)
    {
        // Not parsed as a media type: the spelling with @ is none.
        var accepted = http.Request.Headers.Accept.ToString().Split(',', ';').Select(part => part.Trim());
        if (!accepted.Any(V2Types.Contains))
        {
            throw new ApiException(406, "NotAcceptable", $"/openapi/v2 is served as {V2Protobuf} only; ask for it, or read /openapi/v3 as JSON");
        }

        var document = OpenApiV2Protobuf.Build(kinds);
        http.Response.Headers.Vary = "Accept-Encoding, Accept";
        if (IsCurrent(http, Convert.ToHexString(SHA512.HashData(document)), NotCached))
        {
            return;
        }

        http.Response.ContentType = V2Protobuf;
        http.Response.ContentLength = document.Length;
        await http.Response.Body.WriteAsync(document, http.RequestAborted);
    }

    private static async Task WriteDocumentAsync(HttpContext http, string path, JsonObject document, string hash)
    {
        var asked = http.Request.Query["hash"].ToString();
        http.Response.Headers.Vary = "Accept";
        if (asked.Length > 0 && asked != hash)
        {
            http.Response.Headers.ETag = $"\"{hash}\"";
            http.Response.Headers.CacheControl = NotCached;
            http.Response.ContentType = "application/json";
            http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            http.Response.Headers.Location = $"{path}?hash={hash}";
            return;
        }

        // Under its hash a document never changes: clients keep it.
        if (!IsCurrent(http, hash, asked.Length > 0 ? "public, immutable" : NotCached))
        {
            await ResponseWriter.WriteAsync(http, 200, document);
        }
    }

    /// <summary>Writes the tag; answers 304 when it is the client's.</summary>
    private static bool IsCurrent(HttpContext http, string hash, string caching)
    {
        var tag = $"\"{hash}\"";
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.CacheControl = caching;
            return Task.CompletedTask;
        });
        http.Response.Headers.ETag = tag;
        if (http.Request.Headers.IfNoneMatch.ToString() != tag)
        {
            return false;
        }

        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var group in DiscoveryDocuments.Groups(kinds).Prepend(""))
        {
            foreach (var version in DiscoveryDocuments.Versions(kinds, group))
            {
                var path = OpenApiNames.PathOf(group, version);
                paths[path] = new JsonObject { ["serverRelativeURL"] = $"{Root}{path}?hash={Find(path)!.Value.Hash}" };
            }
        }

        return new JsonObject { ["paths"] = paths };
    }

    private (JsonObject Document, string Hash)? Find(string path)
    {
        var (group, version) = path.Split('/') switch
        {
            ["api", var v] => ("", v),
            ["apis", var g, var v] => (g, v),
            _ => ("", ""),
        };
        if (version.Length == 0 || !kinds.HasVersion(group, version))
        {
            return null;
        }

        lock (_lock)
        {
            if (_revision != kinds.Revision)
            {
                _documents.Clear();
                _revision = kinds.Revision;
            }

            if (!_documents.TryGetValue(path, out var found))
            {
                var document = OpenApiV3Documents.Build(kinds, group, version);
                _documents[path] = found = (document, Convert.ToHexString(SHA512.HashData(Encoding.UTF8.GetBytes(document.ToJsonString()))));
            }

            return found;
        }
    }
}
