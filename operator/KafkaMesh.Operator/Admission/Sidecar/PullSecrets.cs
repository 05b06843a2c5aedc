using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>The Secrets that the sidecar's image is pulled with: a pod has one list of them for all its containers.</summary>
internal static class PullSecrets
{
    private static readonly string[] Path = ["spec", "imagePullSecrets"];

    /// <summary>Appends those that the pod does not name.</summary>
    /// <returns>Their names.</returns>
    public static List<string> Add(PatchRecorder pod, IEnumerable<string> names)
    {
        var known = PodView.Items(pod.Document["spec"] as JsonObject, Path[1]).Select(s => PodView.Text(s, "name")).ToHashSet();
        var added = names.Where(n => known.Add(n)).ToList();
        foreach (var name in added)
            pod.Append(new JsonObject { ["name"] = name }, Path);
        return added;
    }

    /// <summary>Takes out those that were added; ones of other names, and fields that are not ours, stay.</summary>
    public static void Remove(PatchRecorder pod, InjectionStatus status)
    {
        if (status.PullSecrets is { Count: > 0 } names)
            pod.RemoveWhere(s => names.Contains(PodView.Text(s, "name")), EmptyParents.Were(status, Path), Path);
    }
}
