using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>What admission may change of a pod, as text to compare byte by byte.</summary>
internal static class PodText
{
    /// <summary>
    /// Labels, annotations and spec, without what differs between any two pods of one manifest: the random name of the token volume, the node that
    /// the scheduler chose, its zone and region (KEP-4742), the copy of the manifest that <c>kubectl apply</c> keeps, and what network plug-ins note.
    /// </summary>
    public static string Of(JsonObject pod)
    {
        var metadata = pod["metadata"]!.AsObject();
        var annotations = metadata["annotations"]?.DeepClone().AsObject();
        annotations?.Remove("kubectl.kubernetes.io/last-applied-configuration");
        foreach (var noted in annotations?.Select(a => a.Key).Where(name => name.Contains("cni.", StringComparison.Ordinal) || name.StartsWith("k8s.ovn.org/", StringComparison.Ordinal)).ToList() ?? [])
            annotations!.Remove(noted);
        var labels = metadata["labels"]!.DeepClone().AsObject();
        labels.Remove("topology.kubernetes.io/zone");
        labels.Remove("topology.kubernetes.io/region");
        var spec = pod["spec"]!.DeepClone().AsObject();
        spec.Remove("nodeName");
        var text = new JsonObject
        {
            ["labels"] = labels,
            ["annotations"] = annotations is { Count: > 0 } ? annotations : null,
            ["spec"] = spec,
        }.ToJsonString();
        var token = spec["volumes"]!.AsArray().Select(volume => (string)volume!["name"]!).Single(name => name.StartsWith("kube-api-access-", StringComparison.Ordinal));
        return text.Replace(token, "kube-api-access", StringComparison.Ordinal);
    }
}
