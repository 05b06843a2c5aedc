using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.ApiServer.OpenApi;
using KafkaMesh.Playground.ApiServer.Storage;
using Microsoft.AspNetCore.Http;
using Serilog;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The first handler of every request: authentication, authorisation, then the handler of the path; every failure becomes a Status.</summary>
internal sealed class ApiHandler(
    IAuthenticator authenticator, IAuthorizer authorizer, ServerVersion version, HealthHandler health, DiscoveryHandler discovery, OpenApiHandler openApi,
    ResourceHandler resources, ILogger log)
{
    private const int FirstWithoutEndpoints = 33;

    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await DispatchAsync(http);
        }
        catch (ApiException e) when (!http.Response.HasStarted)
        {
            await ResponseWriter.WriteErrorAsync(http, e);
        }
        catch (StoreException e) when (!http.Response.HasStarted)
        {
            await ResponseWriter.WriteErrorAsync(http, ErrorOf(e));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            log.Debug("The client of {Method} {Path} went away", http.Request.Method, http.Request.Path.Value);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.Error(e, "{Method} {Path} failed", http.Request.Method, http.Request.Path.Value);
            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            await ResponseWriter.WriteErrorAsync(http, new ApiException(500, "InternalError", $"Internal error occurred: {e.Message}"));
        }
    }

    private async Task DispatchAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var user = await authenticator.AuthenticateAsync(http, http.RequestAborted);
        var watch = ListRequest.IsTrue(http.Request.Query["watch"].ToString());
        var info = RequestInfo.Parse(http.Request.Method, path, watch);
        Authorize(http, user, info);
        if (info.IsResource)
        {
            if (info is { Group: "", Resource: "endpoints" } && version.Minor >= FirstWithoutEndpoints)
            {
                ResponseWriter.AddWarnings(http, ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"]);
            }

            if (!await resources.HandleAsync(http, info, user))
            {
                await ResponseWriter.WritePathNotFoundAsync(http);
            }

            return;
        }

        if (path.TrimEnd('/') == "/version")
        {
            await ResponseWriter.WriteAsync(http, 200, version.ToDocument());
            return;
        }

        if (!await health.HandleAsync(http, path) && !await discovery.HandleAsync(http, path) && !await openApi.HandleAsync(http, path))
        {
            await ResponseWriter.WritePathNotFoundAsync(http);
        }
    }

    private void Authorize(HttpContext http, UserInfo user, RequestInfo info)
    {
        var attributes = new RequestAttributes
        {
            User = user,
            Verb = info.Verb,
            Path = info.Path,
            IsResourceRequest = info.IsResource,
            Group = info.Group,
            Version = info.Version,
            Resource = info.Resource,
            Subresource = info.Subresource,
            Namespace = info.Namespace,
            Name = info.Name,
        };
        var decision = authorizer.Authorize(attributes);
        if (decision.Allowed)
        {
            return;
        }

        http.Response.Headers.XContentTypeOptions = "nosniff";
        throw ForbiddenText.For(attributes, decision.Reason);
    }

    private static ApiException ErrorOf(StoreException e) => e.Failure switch
    {
        StoreFailure.Full => new ApiException(429, "TooManyRequests", e.Message, new() { ["retryAfterSeconds"] = 1 }),
        StoreFailure.Expired => ApiErrors.Expired(e.Message),
        _ => new ApiException(500, "InternalError", $"Internal error occurred: {e.Message}"),
    };
}
