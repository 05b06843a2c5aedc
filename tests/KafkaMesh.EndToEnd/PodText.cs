using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>What admission may change of a pod, as text to compare byte by byte.</summary>
internal static class PodText
{
    /// <summary>
    /// Labels, annotations and spec, without what differs between any two pods of one manifest: the random name of the token volume, the node that
    /// the scheduler chose, and the copy of the manifest that <c>kubectl apply</c> keeps.
    /// </summary>
    public static string Of(JsonObject pod)
    {
        var metadata = pod["metadata"]!.AsObject();
        var annotations = metadata["annotations"]?.DeepClone().AsObject();
        annotations?.Remove("kubectl.kubernetes.io/last-applied-configuration");
        var spec = pod["spec"]!.DeepClone().AsObject();
        spec.Remove("nodeName");
        var text = new JsonObject
        {
            ["labels"] = metadata["labels"]!.DeepClone(),
            ["annotations"] = annotations is { Count: > 0 } ? annotations : null,
            ["spec"] = spec,
        }.ToJsonString();
        var token = spec["volumes"]!.AsArray().Select(volume => (string)volume!["name"]!).Single(name => name.StartsWith("kube-api-access-", StringComparison.Ordinal));
        return text.Replace(token, "kube-api-access", StringComparison.Ordinal);
    }
}
