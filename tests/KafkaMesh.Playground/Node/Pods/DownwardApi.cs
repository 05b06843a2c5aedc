using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>What a pod may learn about itself (core/v1 ObjectFieldSelector and ResourceFieldSelector).</summary>
internal static class DownwardApi
{
    /// <summary>The value of a field path; labels and annotations as a whole are <c>key="value"</c> lines.</summary>
    /// <exception cref="ContainerConfigurationException">The path is not one that the API offers.</exception>
    public static string Field(JsonObject pod, string path)
    {
        if (path is "metadata.labels" or "metadata.annotations")
        {
            var map = pod.Entries("metadata", path["metadata.".Length..]).OrderBy(e => e.Key, StringComparer.Ordinal);
            return string.Join('\n', map.Select(e => $"{e.Key}={JsonValue.Create(e.Value).ToJsonString()}"));
        }
        if (Subscript(path) is var (field, key)) return pod.Text("metadata", field, key) ?? "";
        return path switch
        {
            "metadata.name" => pod.Name(),
            "metadata.namespace" => pod.Namespace(),
            "metadata.uid" => pod.Uid(),
            "spec.nodeName" => pod.Text("spec", "nodeName") ?? "",
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "",
            "status.hostIP" or "status.hostIPs" => pod.Text("status", "hostIP") ?? "",
            "status.podIP" => pod.Text("status", "podIP") ?? "",
            "status.podIPs" => string.Join(',', pod.Objects("status", "podIPs").Select(ip => ip.Text("ip"))),
            _ => throw new ContainerConfigurationException("CreateContainerConfigError", $"unsupported fieldPath: {path}"),
        };
    }

    /// <summary>A limit or request of a container (its own, or the named one), divided and rounded up; without a limit the machine's own size.</summary>
    public static string Resource(JsonObject pod, JsonObject container, JsonObject selector)
    {
        if (selector.Text("containerName") is { Length: > 0 } name)
        {
            container = pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers")).FirstOrDefault(c => c.Text("name") == name)
                ?? throw new ContainerConfigurationException("CreateContainerConfigError", $"container {name} not found");
        }
        var path = (selector.Text("resource") ?? "").Split('.', 2);
        if (path.Length != 2) throw new ContainerConfigurationException("CreateContainerConfigError", $"unsupported container resource: {selector.Text("resource")}");
        var value = ResourceQuantity.TryParse(container.Text("resources", path[0], path[1])) ?? (path[0] == "limits" ? MachineSize(path[1]) : 0);
        var divisor = ResourceQuantity.TryParse(selector.Text("divisor")) is { } d && d != 0 ? d : 1;
        return Math.Ceiling(value / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    private static decimal MachineSize(string resource) => resource switch
    {
        "cpu" => Environment.ProcessorCount,
        "ephemeral-storage" => new DriveInfo("/").TotalSize,
        _ => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
    };

    private static (string Field, string Key)? Subscript(string path)
    {
        foreach (var field in new[] { "labels", "annotations" })
        {
            var start = $"metadata.{field}['";
            if (path.StartsWith(start, StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal)) return (field, path[start.Length..^2]);
        }
        return null;
    }
}
