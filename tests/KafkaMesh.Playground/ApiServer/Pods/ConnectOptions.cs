using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>What admission sees of a connection: the options object that the URL stands for (PodExecOptions, PodProxyOptions, ServiceProxyOptions).</summary>
internal static class ConnectOptions
{
    private static readonly string[] Flags = ["stdin", "stdout", "stderr", "tty"];

    /// <summary>The options of a request; flags that are not set are left out.</summary>
    public static JsonObject Of(ResourceKind options, RequestInfo info, IQueryCollection query)
    {
        var result = new JsonObject { ["kind"] = options.Kind, ["apiVersion"] = options.ApiVersion };
        if (info.Subresource == "proxy")
        {
            result["path"] = "/" + info.Rest;
            return result;
        }

        foreach (var flag in Flags.Where(name => ListRequest.IsTrue(query[name].ToString())))
        {
            result[flag] = true;
        }

        if (query["container"].ToString() is { Length: > 0 } container)
        {
            result["container"] = container;
        }

        if (query["command"] is { Count: > 0 } command)
        {
            result["command"] = new JsonArray([.. command.Select(c => (JsonNode?)c)]);
        }

        return result;
    }
}
