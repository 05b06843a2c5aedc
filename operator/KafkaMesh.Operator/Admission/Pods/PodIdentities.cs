using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>User and group ids that a pod asks for.</summary>
internal static class PodIdentities
{
    /// <summary>
    /// Every id that a process of the pod may run with. The redirect exempts the sidecar by user id: an application with
    /// the same id would pass by it unseen, and one with its group could reach its files.
    /// </summary>
    public static HashSet<long> InUse(PodView pod)
    {
        var ids = new HashSet<long>();
        Collect(ids, pod.Spec?["securityContext"] as JsonObject);
        foreach (var container in pod.AllContainers)
            Collect(ids, container["securityContext"] as JsonObject);
        return ids;
    }

    private static void Collect(HashSet<long> ids, JsonObject? context)
    {
        foreach (var name in (ReadOnlySpan<string>)["runAsUser", "runAsGroup", "fsGroup"])
        {
            if (PodView.Number(context, name) is { } id)
                ids.Add(id);
        }
        if (context?["supplementalGroups"] is JsonArray groups)
        {
            foreach (var group in groups)
            {
                if (group is JsonValue value && value.TryGetValue<long>(out var id))
                    ids.Add(id);
            }
        }
    }
}
