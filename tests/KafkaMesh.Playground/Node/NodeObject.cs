using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node;

/// <summary>The Node object that the node agent registers.</summary>
internal static class NodeObject
{
    public static JsonObject Create(NodeServices services)
    {
        var now = JsonAccess.Stamp(services.Time.GetUtcNow());
        var capacity = new JsonObject
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki"),
            ["pods"] = "110",
        };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = services.NodeName,
                ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = services.NodeName, ["kubernetes.io/os"] = "linux", ["kubernetes.io/arch"] = Architecture },
            },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject
            {
                ["capacity"] = capacity,
                ["allocatable"] = capacity.DeepClone(),
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "Ready",
                    ["status"] = "True",
                    ["reason"] = "KubeletReady",
                    ["message"] = "the playground's node agent runs pods",
                    ["lastHeartbeatTime"] = now,
                    ["lastTransitionTime"] = now,
                }),
                ["addresses"] = new JsonArray(
                    new JsonObject { ["type"] = "InternalIP", ["address"] = NodeNetwork.NodeAddress.ToString() },
                    new JsonObject { ["type"] = "Hostname", ["address"] = services.NodeName }),
                ["nodeInfo"] = new JsonObject
                {
                    ["kubeletVersion"] = services.Version.Kubelet,
                    ["containerRuntimeVersion"] = services.Runtime.Name + "://1",
                    ["operatingSystem"] = "linux",
                    ["architecture"] = Architecture,
                    ["osImage"] = "KafkaMesh Playground",
                    ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
                },
            },
        };
    }

    private static string Architecture => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";
}
