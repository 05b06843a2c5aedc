using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>Chooses the container that a log or exec request means and asks the node agent.</summary>
internal static class PodTarget
{
    private const string DefaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

    /// <summary>The node of a pod, or empty.</summary>
    public static string NodeOf(JsonObject pod) => pod["spec"]?["nodeName"]?.ToString() ?? "";

    /// <summary>The container to use: the asked one, or the only one.</summary>
    /// <exception cref="ApiException">400 with the words of a real server.</exception>
    public static string ChooseContainer(JsonObject pod, string asked)
    {
        var name = ObjectMetadata.Text(pod, "name");
        var containers = Names(pod, "containers");
        var inits = Names(pod, "initContainers");
        if (asked.Length > 0)
        {
            return containers.Contains(asked) || inits.Contains(asked)
                ? asked
                : throw ApiErrors.BadRequest($"container {asked} is not valid for pod {name}");
        }

        if (containers.Count == 1)
        {
            return containers[0];
        }

        if ((pod["metadata"]?["annotations"] as JsonObject)?[DefaultContainerAnnotation]?.ToString() is { } annotated && containers.Contains(annotated))
        {
            return annotated;
        }

        var initText = inits.Count > 0 ? $" or one of the init containers: [{string.Join(' ', inits)}]" : "";
        throw ApiErrors.BadRequest($"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', containers)}]{initText}");
    }

    /// <summary>Refuses when no node can be asked.</summary>
    /// <exception cref="ApiException">400 for a pod without a node, 404 for a pod whose node is missing.</exception>
    public static void RequireNode(INodeAgent? agent, JsonObject pod)
    {
        if (NodeOf(pod).Length == 0)
        {
            throw ApiErrors.BadRequest($"pod {ObjectMetadata.Text(pod, "name")} does not have a host assigned");
        }

        if (agent is null)
        {
            throw NodeMissing(pod);
        }
    }

    /// <summary>Asks the node agent; without one, the pod's node is missing, which a real server says with 404 about the node.</summary>
    public static async Task<T> AskAsync<T>(INodeAgent? agent, JsonObject pod, Func<INodeAgent, Task<T>> question)
    {
        if (agent is null)
        {
            throw NodeMissing(pod);
        }

        try
        {
            return await question(agent);
        }
        catch (NodeAgentException e)
        {
            var reason = e.StatusCode switch { 400 => "BadRequest", 404 => "NotFound", _ => "InternalError" };
            throw new ApiException(e.StatusCode, reason, e.Message);
        }
    }

    // The words of a real server whose node object is missing.
    private static ApiException NodeMissing(JsonObject pod) =>
        new(404, "NotFound", $"pods \"{NodeOf(pod)}\" not found", ApiErrors.Details(NodeOf(pod), "", "pods"));

    private static List<string> Names(JsonObject pod, string list) =>
        [.. (pod["spec"]?[list] as JsonArray ?? []).Select(c => c?["name"]?.ToString() ?? "")];
}
