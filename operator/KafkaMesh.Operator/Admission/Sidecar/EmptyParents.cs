using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Patching;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>
/// Maps and lists that an author wrote empty. What injection puts into one goes out again, and the empty one stays: the
/// manifest is to come back as it was.
/// </summary>
internal static class EmptyParents
{
    private static readonly string[] Paths = ["metadata", "metadata/labels", "metadata/annotations", "spec/imagePullSecrets", "spec/initContainers", "spec/volumes"];

    /// <summary>Those of a pod; null: none.</summary>
    public static IReadOnlyList<string>? Of(JsonObject pod)
    {
        List<string>? empty = null;
        foreach (var path in Paths)
        {
            JsonNode? node = pod;
            foreach (var token in path.Split('/'))
                node = JsonPointer.Child(node, token);
            if (node is JsonObject { Count: 0 } or JsonArray { Count: 0 })
                (empty ??= []).Add(path);
        }
        return empty;
    }

    /// <summary>Whether one was there and empty before the injection.</summary>
    public static bool Were(InjectionStatus status, params ReadOnlySpan<string> path) => status.Empty?.Contains(string.Join('/', path!)) == true;
}
