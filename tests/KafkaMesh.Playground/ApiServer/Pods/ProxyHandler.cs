using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>The proxy subresource of pods and services: one HTTP request handed on to a pod's port through the node agent.</summary>
internal sealed class ProxyHandler(ObjectStore store, Func<INodeAgent?> agent)
{
    private static readonly string[] HopHeaders =
        ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Host", "Authorization"];

    /// <summary>Hands the request on. The name may be <c>name</c>, <c>name:port</c> or <c>http:name:port</c>.</summary>
    /// <exception cref="ApiException">404, 400 or 503.</exception>
    public async Task HandleAsync(HttpContext http, RequestInfo info, ResourceKind kind)
    {
        var (name, port) = ParseName(info.Name);
        var (pod, podPort) = kind.Plural == "pods" ? PodOf(kind, info.Namespace, name, port) : EndpointOf(kind, info.Namespace, name, port);
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = async (_, cancel) => await PodTarget.AskAsync(agent(), pod, a => a.ConnectAsync(info.Namespace, ObjectMetadata.Text(pod, "name"), podPort, cancel)),
        };
        using var client = new HttpMessageInvoker(handler);
        using var request = RequestFor(http, info, name, podPort);
        try
        {
            using var response = await client.SendAsync(request, http.RequestAborted);
            await CopyAsync(response, http);
        }
        catch (HttpRequestException e) when (!http.Response.HasStarted)
        {
            if (e.InnerException is ApiException refused)
            {
                throw refused;
            }

            throw new ApiException(503, "ServiceUnavailable", $"error trying to reach service: {e.InnerException?.Message ?? e.Message}");
        }
    }

    private (JsonObject Pod, int Port) PodOf(ResourceKind kind, string @namespace, string name, string port)
    {
        var pod = store.Get(new ObjectKey("pods", @namespace, name))?.Value ?? throw ApiErrors.NotFound(kind, name);
        if (port.Length > 0)
        {
            return (pod, ParsePort(port));
        }

        var first = pod["spec"]?["containers"]?[0]?["ports"]?[0]?["containerPort"]?.ToString();
        return (pod, first is null ? 80 : ParsePort(first));
    }

    private (JsonObject Pod, int Port) EndpointOf(ResourceKind kind, string @namespace, string name, string port)
    {
        var service = store.Get(new ObjectKey("services", @namespace, name))?.Value ?? throw ApiErrors.NotFound(kind, name);
        var ports = (service["spec"]?["ports"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var chosen = ports.FirstOrDefault(p => port.Length == 0 ? ports.Count == 1 : p["name"]?.ToString() == port || p["port"]?.ToString() == port);
        if (chosen is null)
        {
            throw new ApiException(503, "ServiceUnavailable", $"no service port \"{port}\" found for service \"{name}\"");
        }

        foreach (var slice in store.List("endpointslices.discovery.k8s.io", @namespace).Items.Where(s => IsOf(s.Value, name)))
        {
            if (FindReady(slice.Value, chosen["name"]?.ToString() ?? "", @namespace) is { } found)
            {
                return found;
            }
        }

        throw new ApiException(503, "ServiceUnavailable", $"no endpoints available for service \"{name}\"");
    }

    private (JsonObject Pod, int Port)? FindReady(JsonObject slice, string portName, string @namespace)
    {
        var port = (slice["ports"] as JsonArray ?? []).FirstOrDefault(p => (p?["name"]?.ToString() ?? "") == portName)?["port"]?.ToString();
        foreach (var endpoint in (slice["endpoints"] as JsonArray ?? []).OfType<JsonObject>().Where(e => e["conditions"]?["ready"]?.GetValue<bool>() != false))
        {
            var pod = store.Get(new ObjectKey("pods", @namespace, endpoint["targetRef"]?["name"]?.ToString() ?? ""))?.Value;
            if (pod is not null && port is not null)
            {
                return (pod, ParsePort(port));
            }
        }

        return null;
    }

    private static bool IsOf(JsonObject slice, string service) => (slice["metadata"]?["labels"] as JsonObject)?["kubernetes.io/service-name"]?.ToString() == service;

    private static (string Name, string Port) ParseName(string text) => text.Split(':') switch
    {
        [var name] => (name, ""),
        [var name, var port] => (name, port),
        ["http" or "", var name, var port] => (name, port),
        _ => throw ApiErrors.BadRequest($"invalid proxy target \"{text}\": write name, name:port or http:name:port; https is not supported"),
    };

    private static int ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw ApiErrors.BadRequest($"invalid proxy port \"{text}\": write a number from 1 to 65535");

    private static HttpRequestMessage RequestFor(HttpContext http, RequestInfo info, string name, int port)
    {
        var slash = http.Request.Path.Value!.EndsWith('/') && info.Rest.Length > 0 ? "/" : "";
        var uri = new Uri($"http://{name}:{port}/{info.Rest}{slash}{http.Request.QueryString}");
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), uri) { Version = HttpVersion.Version11 };
        if (http.Request.ContentLength is > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (key, values) in http.Request.Headers.Where(h => !HopHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase) && !h.Key.StartsWith(':')))
        {
            if (!request.Headers.TryAddWithoutValidation(key, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(key, values.AsEnumerable());
            }
        }

        return request;
    }

    private static async Task CopyAsync(HttpResponseMessage response, HttpContext http)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (key, values) in response.Headers.Concat(response.Content.Headers).Where(h => !HopHeaders.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
        {
            http.Response.Headers[key] = values.ToArray();
        }

        await response.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
