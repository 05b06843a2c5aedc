using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Finds what a pod asks for and this node does not do, so that such a pod is refused by name instead of running as something else. The node's limits on
/// purpose: nothing of a pod reaches the machine's own network, processes or files. Accepted and not enforced are requests and limits of
/// ephemeral-storage, the size of an emptyDir on disk, the AppArmor profile RuntimeDefault, and placement beyond nodeSelector (there is one node); a privileged
/// container gets every right, but not the machine's devices.</summary>
internal static class UnsupportedFields
{
    private static readonly string[] VolumeTypes = ["emptyDir", "configMap", "secret", "downwardAPI", "projected"];
    private static readonly string[] ProjectedSources = ["configMap", "secret", "downwardAPI", "serviceAccountToken"];
    private static readonly string[] ValueSources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];
    private static readonly string[] Resources = ["cpu", "memory", "ephemeral-storage"];
    private static readonly string[] HostNamespaces = ["hostNetwork", "hostPID", "hostIPC"];
    private static readonly string[] PodFields = ["runtimeClassName", "resourceClaims", "resources", "activeDeadlineSeconds", "hostnameOverride"];
    private static readonly string[] ContextFields = ["sysctls", "seLinuxOptions", "windowsOptions"];

    /// <summary>One sentence that names the first such field, or null when the node can run the pod as it is written.</summary>
    public static string? Find(JsonObject pod)
    {
        var spec = pod.At("spec");
        return OfPod(spec)
            .Concat(OfContext("spec.securityContext", spec.At("securityContext")))
            .Concat(spec.Objects("volumes").SelectMany(OfVolume))
            .Concat(spec.Objects("initContainers").SelectMany(c => OfContainer($"spec.initContainers[{c.Text("name")}]", c, isInit: true)))
            .Concat(spec.Objects("containers").SelectMany(c => OfContainer($"spec.containers[{c.Text("name")}]", c, isInit: false)))
            .FirstOrDefault();
    }

    private static IEnumerable<string> OfPod(JsonNode? spec)
    {
        foreach (var field in HostNamespaces.Where(field => spec.Flag(field) == true)) yield return $"spec.{field}: the playground never gives a pod the machine's own namespaces; remove the field.";
        foreach (var field in new[] { "shareProcessNamespace", "setHostnameAsFQDN" }.Where(field => spec.Flag(field) == true)) yield return Refuse($"spec.{field}");
        if (spec.Flag("hostUsers") == false) yield return Refuse("spec.hostUsers: false");
        if (spec.Text("dnsPolicy") == "Default") yield return "spec.dnsPolicy: Default: the playground's node has no resolver of its own; take ClusterFirst or None.";
        if (spec.Text("os", "name") is "windows") yield return Refuse("spec.os.name: windows");
        foreach (var field in PodFields.Where(field => spec.At(field) is not null)) yield return Refuse($"spec.{field}");
    }

    private static IEnumerable<string> OfContext(string path, JsonNode? context)
    {
        foreach (var field in ContextFields.Where(field => context.At(field) is JsonArray { Count: > 0 } or JsonObject { Count: > 0 })) yield return Refuse($"{path}.{field}");
        foreach (var profile in new[] { "seccompProfile", "appArmorProfile" }.Where(profile => context.Text(profile, "type") == "Localhost")) yield return Refuse($"{path}.{profile}.type: Localhost");
        if (context.Text("procMount") is "Unmasked") yield return Refuse($"{path}.procMount: Unmasked");
    }

    private static IEnumerable<string> OfVolume(JsonObject volume)
    {
        foreach (var type in volume.Select(field => field.Key).Where(field => field != "name" && !VolumeTypes.Contains(field)))
        {
            yield return $"spec.volumes[{volume.Text("name")}].{type}: the playground offers {string.Join(", ", VolumeTypes)} volumes only.";
        }
        foreach (var source in volume.Objects("projected", "sources").SelectMany(source => source.Select(field => field.Key)).Where(source => !ProjectedSources.Contains(source)))
        {
            yield return $"spec.volumes[{volume.Text("name")}].projected.sources: the playground offers {string.Join(", ", ProjectedSources)} only, not {source}.";
        }
        if (volume.Text("emptyDir", "medium") is { Length: > 0 } medium and not "Memory") yield return Refuse($"spec.volumes[{volume.Text("name")}].emptyDir.medium: {medium}");
    }

    private static IEnumerable<string> OfContainer(string path, JsonObject container, bool isInit)
    {
        foreach (var field in new[] { "stdin", "tty" }.Where(field => container.Flag(field) == true)) yield return Refuse($"{path}.{field}");
        foreach (var field in new[] { "volumeDevices", "restartPolicyRules" }.Where(field => container.Objects(field).Count > 0)) yield return Refuse($"{path}.{field}");
        foreach (var port in container.Objects("ports").Select(port => port.Number("hostPort")).Where(port => port > 0)) yield return $"{path}.ports: hostPort {port}: the playground never opens a port of the machine for a pod; use a Service.";
        foreach (var variable in container.Objects("env").Where(variable => variable.At("valueFrom") is JsonObject from && !from.Any(source => ValueSources.Contains(source.Key))))
        {
            yield return $"{path}.env[{variable.Text("name")}].valueFrom: the playground offers {string.Join(", ", ValueSources)} only.";
        }
        if (container.Text("restartPolicy") is { } policy && !(isInit && policy == "Always")) yield return Refuse($"{path}.restartPolicy: {policy}");
        if (container.Text("lifecycle", "stopSignal") is { } signal) yield return Refuse($"{path}.lifecycle.stopSignal: {signal}");
        if (container.Objects("resources", "claims").Count > 0) yield return Refuse($"{path}.resources.claims");
        foreach (var name in new[] { "requests", "limits" }.SelectMany(list => container.Entries("resources", list)).Select(entry => entry.Key).Where(name => !Resources.Contains(name)))
        {
            yield return Refuse($"{path}.resources: {name}");
        }
        foreach (var mount in container.Objects("volumeMounts"))
        {
            if (mount.Text("mountPropagation") is { } propagation and not "None") yield return Refuse($"{path}.volumeMounts[{mount.Text("name")}].mountPropagation: {propagation}");
            if (mount.Text("recursiveReadOnly") is "Enabled") yield return Refuse($"{path}.volumeMounts[{mount.Text("name")}].recursiveReadOnly: Enabled");
        }
        foreach (var refusal in OfContext(path + ".securityContext", container.At("securityContext"))) yield return refusal;
    }

    private static string Refuse(string field) => $"{field}: the playground's node does not offer this; remove the field or try it on a real cluster.";
}
