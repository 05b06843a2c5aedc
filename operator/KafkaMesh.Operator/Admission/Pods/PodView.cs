using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>Reads a pod as raw JSON. A field of an unexpected type reads as absent: whether the pod is valid is the API server's business.</summary>
internal sealed class PodView(JsonObject pod)
{
    /// <summary>The pod itself.</summary>
    public JsonObject Json { get; } = pod;

    /// <summary>metadata; null when there is none.</summary>
    public JsonObject? Metadata => Json["metadata"] as JsonObject;

    /// <summary>spec; null when there is none.</summary>
    public JsonObject? Spec => Json["spec"] as JsonObject;

    /// <summary>How to call the pod in a message: pods of a Deployment arrive without a name.</summary>
    public string DisplayName =>
        Text(Metadata, "name") ?? (Text(Metadata, "generateName") is { } prefix ? prefix + "*" : "(no name yet)");

    /// <summary>Labels with text values.</summary>
    public IReadOnlyDictionary<string, string> Labels => ReadMap("labels");

    /// <summary>The value of a label.</summary>
    public string? Label(string name) => Text(Metadata?["labels"] as JsonObject, name);

    /// <summary>Annotations with text values.</summary>
    public IReadOnlyDictionary<string, string> Annotations => ReadMap("annotations");

    /// <summary>The value of an annotation.</summary>
    public string? Annotation(string name) => Text(Metadata?["annotations"] as JsonObject, name);

    /// <summary>spec.initContainers.</summary>
    public IEnumerable<JsonObject> InitContainers => Items(Spec, "initContainers");

    /// <summary>spec.containers.</summary>
    public IEnumerable<JsonObject> Containers => Items(Spec, "containers");

    /// <summary>spec.ephemeralContainers.</summary>
    public IEnumerable<JsonObject> EphemeralContainers => Items(Spec, "ephemeralContainers");

    /// <summary>Init containers, then containers.</summary>
    public IEnumerable<JsonObject> AllContainers => InitContainers.Concat(Containers);

    /// <summary>spec.volumes.</summary>
    public IEnumerable<JsonObject> Volumes => Items(Spec, "volumes");

    /// <summary>spec.hostNetwork.</summary>
    public bool HostNetwork => Flag(Spec, "hostNetwork") == true;

    /// <summary>The pod says that it wants Windows: by spec.os, or by a node selector or affinity that only Windows nodes satisfy.</summary>
    public bool IsWindows => Text(Spec?["os"] as JsonObject, "name") == "windows" || NodeDemand.IsFor(Spec, "windows", "kubernetes.io/os", "beta.kubernetes.io/os");

    /// <summary>A copy of a static pod's state: the kubelet owns it.</summary>
    public bool IsMirror => Annotation("kubernetes.io/config.mirror") is not null;

    /// <summary>The pod is meant to end: restartPolicy other than Always, or owned by a Job.</summary>
    public bool RunsToCompletion =>
        (Text(Spec, "restartPolicy") ?? "Always") != "Always"
        || Items(Metadata, "ownerReferences").Any(o => Text(o, "kind") == "Job");

    /// <summary>spec.terminationGracePeriodSeconds, or Kubernetes' default of 30.</summary>
    public long GracePeriodSeconds => Number(Spec, "terminationGracePeriodSeconds") ?? 30;

    /// <summary>A text property; null when absent or no text.</summary>
    public static string? Text(JsonObject? parent, string name) =>
        parent?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>An integer property; null when absent or no integer.</summary>
    public static long? Number(JsonObject? parent, string name)
    {
        if (parent?[name] is not JsonValue value)
            return null;

        // A number that was read takes any type; one that was made in memory only its own.
        if (value.TryGetValue<long>(out var number))
            return number;
        return value.TryGetValue<int>(out var small) ? small : null;
    }

    /// <summary>A boolean property; null when absent or no boolean.</summary>
    public static bool? Flag(JsonObject? parent, string name) =>
        parent?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The objects of a list property.</summary>
    public static IEnumerable<JsonObject> Items(JsonObject? parent, string name) =>
        parent?[name] is JsonArray list ? list.OfType<JsonObject>() : [];

    private Dictionary<string, string> ReadMap(string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Metadata?[name] is JsonObject entries)
        {
            foreach (var (key, value) in entries)
            {
                if (value is JsonValue text && text.TryGetValue<string>(out var content))
                    map[key] = content;
            }
        }
        return map;
    }
}
