using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Manifests;

/// <summary>A pod, or a template that pods are made from, within an object of any kind.</summary>
/// <param name="Json">metadata and spec, within the document.</param>
/// <param name="Path">Where in the object, such as <c>spec.template</c>; empty: the object is the pod.</param>
/// <param name="Namespace">Namespace of an object around it that names one; null: that of the outermost object.</param>
internal sealed record PodTemplate(JsonObject Json, string Path, string? Namespace)
{
    private const int MaxDepth = 64;

    /// <summary>
    /// All pods and pod templates of an object, by their shape: whatever has <c>spec.containers</c> with a list of objects and is
    /// no object of a kind itself, at any depth. So Deployment and CronJob need no mention, nor do kinds that are not known here. An
    /// object of a kind of its own is a pod only when it is a v1 Pod: others that have <c>spec.containers</c> (Prometheus for example)
    /// mean something else by it.
    /// </summary>
    public static IReadOnlyList<PodTemplate> In(KubernetesObject owner)
    {
        var found = new List<PodTemplate>();
        Search(owner.Json, "", owner.Namespace, 0, found);
        return found;
    }

    private static void Search(JsonObject json, string path, string? namespaceName, int depth, List<PodTemplate> found)
    {
        var kind = PodView.Text(json, "kind");
        var isObject = kind is not null && PodView.Text(json, "apiVersion") is not null;
        if (isObject)
            namespaceName = new KubernetesObject(json).Namespace ?? namespaceName;
        if (isObject ? kind == "Pod" && PodView.Text(json, "apiVersion") == "v1" : path.Length > 0 && HasContainers(json))
        {
            if (HasContainers(json))
                found.Add(new PodTemplate(json, path, namespaceName));
            return;
        }

        // The schema of a resource definition describes fields; what looks like a template there is none.
        if (depth >= MaxDepth || kind == "CustomResourceDefinition")
            return;
        foreach (var (key, value) in json)
        {
            if (key is not ("metadata" or "status"))
                Search(value, path.Length == 0 ? key : $"{path}.{key}", namespaceName, depth + 1, found);
        }
    }

    private static void Search(JsonNode? node, string path, string? namespaceName, int depth, List<PodTemplate> found)
    {
        if (node is JsonObject map)
        {
            Search(map, path, namespaceName, depth, found);
        }
        else if (node is JsonArray list && depth < MaxDepth)
        {
            for (var i = 0; i < list.Count; i++)
                Search(list[i], $"{path}[{i}]", namespaceName, depth + 1, found);
        }
    }

    private static bool HasContainers(JsonObject json) =>
        json["spec"] is JsonObject spec
        && spec["containers"] is JsonArray { Count: > 0 } containers
        && containers.All(c => c is JsonObject)
        && (json["metadata"] is null or JsonObject);
}
