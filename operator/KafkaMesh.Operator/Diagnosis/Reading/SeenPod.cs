using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>A pod as the controller sees it, with its container states.</summary>
/// <param name="Pod">What the controller keeps.</param>
/// <param name="Status">status of the pod, raw.</param>
internal sealed record SeenPod(MonitoredPod Pod, JsonObject? Status)
{
    // What a kubelet says of a container that will not start without somebody's help.
    private static readonly string[] Troubles =
        ["CrashLoopBackOff", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerError", "CreateContainerConfigError", "RunContainerError"];

    /// <summary>Namespace and name.</summary>
    public string DisplayName => $"{Pod.Metadata.NamespaceProperty}/{Pod.Name}";

    /// <summary>Reads a pod.</summary>
    /// <returns>Null when it is no pod that can be read.</returns>
    public static SeenPod? Of(JsonObject pod)
    {
        try
        {
            return pod.Deserialize(ReconciliationJson.Default.MonitoredPod) is { } seen ? new SeenPod(seen, pod["status"] as JsonObject) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The first container that does not start, with the kubelet's reason: <c>kafkamesh-init: CrashLoopBackOff</c>.</summary>
    /// <param name="isMeant">Which containers are looked at.</param>
    public string? Trouble(Func<string, bool> isMeant)
    {
        foreach (var container in PodView.Items(Status, "initContainerStatuses").Concat(PodView.Items(Status, "containerStatuses")))
        {
            var name = PodView.Text(container, "name") ?? "";
            var reason = PodView.Text((container["state"] as JsonObject)?["waiting"] as JsonObject, "reason");
            if (isMeant(name) && Troubles.Contains(reason))
                return $"{name}: {reason}";
        }
        return null;
    }
}
