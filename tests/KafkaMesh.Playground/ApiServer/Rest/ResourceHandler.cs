using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Pods;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Finds the kind behind a resource URL and hands the request to the handler of its verb; what is not served is refused as in a real server.</summary>
internal sealed class ResourceHandler(
    KindRegistry kinds, ObjectReader reader, ReadHandler reads, WatchHandler watches, WriteHandler writes, ScaleHandler scales,
    PodBinding bindings, DisruptionBudgets budgets, PodLogHandler logs, PodExecHandler execs, ProxyHandler proxies)
{
    // Subresources of pods that need SPDY and are refused by name.
    private static readonly string[] SpdyOnly = ["portforward", "attach"];

    /// <summary>Handles one resource request.</summary>
    /// <returns>False when the path is unknown in a way that a real server answers with plain text.</returns>
    public async Task<bool> HandleAsync(HttpContext http, RequestInfo info, UserInfo user)
    {
        var kind = kinds.Find(info.Group, info.Version, info.Resource);
        if (kind is null)
        {
            return IsBuiltInGroup(info.Group) ? throw ApiErrors.NoSuchResource() : false;
        }

        info = Scoped(info, kind);
        if (HttpMethods.IsHead(http.Request.Method) || info.Verb is "options" or "trace" or "connect")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        if (info.Subresource.Length > 0)
        {
            await HandleSubresourceAsync(http, info, kind, user);
            return true;
        }

        await HandleMainAsync(http, info, kind, user);
        return true;
    }

    private async Task HandleMainAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        if (kind.IsCustom && info.Name.Length == 0 && info.Verb is "update" or "patch")
        {
            throw ApiErrors.BadRequest("name must be provided");
        }

        if (!kind.Verbs.Contains(info.Verb) || (info.Name.Length == 0 && info.Verb is "update" or "patch"))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        if (kind.Namespaced && info.Namespace.Length == 0 && info.Verb is not ("list" or "watch"))
        {
            throw info.Name.Length > 0 && !kind.IsCustom ? ApiErrors.NoSuchResource() : ApiErrors.MethodNotAllowed();
        }

        await (info.Verb switch
        {
            "get" => reads.GetAsync(http, kind, info.Namespace, info.Name),
            "list" => reads.ListAsync(http, kind, info.Namespace),
            "watch" => watches.WatchAsync(http, kind, info.Namespace, info.Name.Length > 0 ? info.Name : null),
            "create" => writes.CreateAsync(http, info, kind, user),
            "update" => writes.UpdateAsync(http, info, kind, user),
            "patch" => writes.PatchAsync(http, info, kind, user),
            "delete" => writes.DeleteAsync(http, info, kind, user),
            _ => writes.DeleteCollectionAsync(http, info, kind, user),
        });
    }

    private async Task HandleSubresourceAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        var sub = kind.Subresources.FirstOrDefault(s => s.Name == info.Subresource) ?? throw Unknown(kind, info);
        if (sub.Name == "proxy")
        {
            await writes.ConnectAsync(http, info, kind, user);
            await proxies.HandleAsync(http, info, kind);
            return;
        }

        if (!sub.Verbs.Contains(info.Verb))
        {
            throw kind.IsCustom ? ApiErrors.MethodNotSupported(kind, info.Verb) : ApiErrors.MethodNotAllowed();
        }

        await (sub.Name switch
        {
            "scale" => scales.HandleAsync(http, info, kind, user),
            "log" => logs.HandleAsync(http, info.Namespace, await PodAsync(http, info, kind)),
            "exec" => ExecAsync(http, info, kind, user),
            "binding" => writes.BindAsync(http, info, kind, user, bindings),
            "eviction" => writes.EvictAsync(http, info, kind, user, budgets),
            _ when info.Verb == "get" => reads.GetAsync(http, kind, info.Namespace, info.Name),
            _ when info.Verb == "create" => writes.CreateAsync(http, info, kind, user),
            _ when info.Verb == "patch" => writes.PatchAsync(http, info, kind, user),
            _ => writes.UpdateAsync(http, info, kind, user),
        });
    }

    private Task<JsonObject> PodAsync(HttpContext http, RequestInfo info, ResourceKind kind) =>
        reader.GetAsync(kind, info.Namespace, info.Name, "", http.RequestAborted);

    private async Task ExecAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        await writes.ConnectAsync(http, info, kind, user);
        await execs.HandleAsync(http, info.Namespace, await PodAsync(http, info, kind));
    }

    private static RequestInfo Scoped(RequestInfo info, ResourceKind kind)
    {
        if (!kind.Namespaced && info.Namespace.Length > 0 && kind.Plural != "namespaces")
        {
            throw kind.IsCustom ? ApiErrors.NotFound(kind, info.Name) : ApiErrors.NoSuchResource();
        }

        return kind.Namespaced ? info : info with { Namespace = "" };
    }

    private static ApiException Unknown(ResourceKind kind, RequestInfo info) => 0 switch
    {
        _ when kind is { Group: "", Plural: "pods" } && SpdyOnly.Contains(info.Subresource) => new ApiException(
            405, "MethodNotAllowed",
            $"pods/{info.Subresource} needs SPDY, which this server does not speak: reach the pod with exec, logs or the proxy subresources of pods and services", []),
        _ when kind.IsCustom => ApiErrors.NotFound(kind, info.Name),
        _ => ApiErrors.NoSuchResource(),
    };

    private bool IsBuiltInGroup(string group) => kinds.All.Any(k => k.Group == group && !k.IsCustom);
}
