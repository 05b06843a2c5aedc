using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>Writes our parts into a pod and takes them out again.</summary>
internal static class PodMutator
{
    // kubectl before 1.24 reads the second name.
    private static readonly string[] DefaultContainerAnnotations = ["kubectl.kubernetes.io/default-container", "kubectl.kubernetes.io/default-logs-container"];

    private static readonly string[] OtherSidecars = ["linkerd-proxy", "istio-proxy", "daprd", "vault-agent", "otc-container", "queue-proxy"];

    /// <summary>Takes out everything that an earlier injection added. Call it only when the status annotation is ours.</summary>
    public static void RemoveParts(PatchRecorder pod, InjectionStatus status)
    {
        foreach (var list in (ReadOnlySpan<string>)["initContainers", "containers", "volumes"])
            pod.RemoveWhere(IsOurs, EmptyParents.Were(status, "spec", list), "spec", list);
        ProbeRewrite.Restore(pod, status);
        PullSecrets.Remove(pod, status);
        pod.Remove("metadata", "labels", WellKnownNames.MonitorLabel);
        foreach (var annotation in status.Annotations ?? [])
        {
            if (DefaultContainerAnnotations.Contains(annotation))
                pod.Remove("metadata", "annotations", annotation);
        }
        pod.Remove("metadata", "annotations", WellKnownNames.StatusAnnotation);
        RemoveEmptyParents(pod, status);
    }

    /// <summary>Takes the label off that says why the pod has no sidecar.</summary>
    public static void RemoveSkippedMark(PatchRecorder pod)
    {
        if (new PodView(pod.Document).Label(WellKnownNames.SkippedLabel) is null)
            return;
        pod.Remove("metadata", "labels", WellKnownNames.SkippedLabel);
        RemoveEmptyParents(pod, status: null);
    }

    /// <summary>Adds sidecar, init container, volume, label and annotations.</summary>
    /// <param name="pod">The pod, without our parts.</param>
    /// <param name="plan">What it gets.</param>
    /// <param name="containers">The plan's containers.</param>
    public static void AddParts(PatchRecorder pod, SidecarPlan plan, SidecarContainers containers)
    {
        var empty = EmptyParents.Of(pod.Document);
        pod.Remove("metadata", "labels", WellKnownNames.SkippedLabel);
        pod.Set(plan.Monitor.Name, "metadata", "labels", WellKnownNames.MonitorLabel);
        var annotations = AddDefaultContainer(pod);
        var secrets = PullSecrets.Add(pod, plan.Defaults.PullSecrets);
        pod.Set(Describe(plan, annotations, secrets, empty).ToAnnotation(), "metadata", "annotations", WellKnownNames.StatusAnnotation);
        ProbeRewrite.Apply(pod, plan);
        if (plan.ShadowToken)
            pod.Append(SidecarVolume.Create(), "spec", "volumes");
        if (plan.Native)
            AddNative(pod, containers);
        else
            AddClassic(pod, containers);
    }

    /// <summary>Says on the pod why it has no sidecar. Nothing else changes.</summary>
    public static void MarkSkipped(PatchRecorder pod, string reason) =>
        pod.Set(reason, "metadata", "labels", WellKnownNames.SkippedLabel);

    /// <summary>Whether a container or volume carries one of our names.</summary>
    public static bool IsOurs(JsonObject part) =>
        PodView.Text(part, "name") is WellKnownNames.InitContainer or WellKnownNames.ProxyContainer or SidecarVolume.Name;

    // Rules first, then the proxy, then the application's own init containers: those reach Kafka through a sidecar that listens.
    private static void AddNative(PatchRecorder pod, SidecarContainers containers)
    {
        pod.Insert(JsonObject.Create(containers.Proxy)!, 0, "spec", "initContainers");
        if (containers.Init is { } init)
            pod.Insert(JsonObject.Create(init)!, 0, "spec", "initContainers");
    }

    // Rules last: until the ordinary containers start nobody listens, and the application's init containers must still reach Kafka. The proxy
    // first: those behind it are started when it listens.
    private static void AddClassic(PatchRecorder pod, SidecarContainers containers)
    {
        if (containers.Init is { } init)
            pod.Append(JsonObject.Create(init)!, "spec", "initContainers");
        pod.Insert(JsonObject.Create(containers.Proxy)!, 0, "spec", "containers");
    }

    // Injection made them where there were none.
    private static void RemoveEmptyParents(PatchRecorder pod, InjectionStatus? status)
    {
        foreach (var map in (ReadOnlySpan<string>)["labels", "annotations"])
        {
            if (status is null || !EmptyParents.Were(status, "metadata", map))
                pod.RemoveEmpty("metadata", map);
        }
        if (status is null || !EmptyParents.Were(status, "metadata"))
            pod.RemoveEmpty("metadata");
    }

    private static List<string> AddDefaultContainer(PatchRecorder pod)
    {
        var view = new PodView(pod.Document);
        var added = new List<string>();
        if (FirstOfTheApplication(view) is not { } first)
            return added;
        foreach (var annotation in DefaultContainerAnnotations)
        {
            if (view.Annotation(annotation) is not null)
                continue;
            pod.Set(first, "metadata", "annotations", annotation);
            added.Add(annotation);
        }
        return added;
    }

    // Some injectors put their sidecar before the application.
    private static string? FirstOfTheApplication(PodView pod)
    {
        var names = pod.Containers.Select(c => PodView.Text(c, "name")).OfType<string>().ToList();
        return names.Find(n => !OtherSidecars.Contains(n)) ?? names.FirstOrDefault();
    }

    private static InjectionStatus Describe(SidecarPlan plan, List<string> annotations, List<string> secrets, IReadOnlyList<string>? empty) => new()
    {
        Monitor = plan.Monitor.Name,
        Generation = plan.Monitor.Generation,
        Hash = plan.Hash,
        Version = plan.Defaults.Version,
        Native = plan.Native,
        Uid = plan.UserId,
        Ports = plan.Ports,
        Annotations = annotations.Count > 0 ? annotations : null,
        PullSecrets = secrets.Count > 0 ? secrets : null,
        Empty = empty,
        Probes = plan.Probes.Count > 0 ? plan.Probes.ToDictionary(p => p.Name, p => (JsonObject)p.Socket.DeepClone(), StringComparer.Ordinal) : null,
    };
}
