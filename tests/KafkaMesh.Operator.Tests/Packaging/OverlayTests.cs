using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Playground;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>The overlays applied to an API server that has the foreign kinds they bring.</summary>
public sealed class OverlayTests
{
    // Plural and scope as cert-manager, the Prometheus Operator and OpenShift define them.
    private static readonly Dictionary<string, (string Plural, string Scope)> Foreign = new(StringComparer.Ordinal)
    {
        ["Issuer"] = ("issuers", "Namespaced"),
        ["Certificate"] = ("certificates", "Namespaced"),
        ["PodMonitor"] = ("podmonitors", "Namespaced"),
        ["ServiceMonitor"] = ("servicemonitors", "Namespaced"),
        ["PrometheusRule"] = ("prometheusrules", "Namespaced"),
        ["SecurityContextConstraints"] = ("securitycontextconstraints", "Cluster"),
    };

    public static TheoryData<string, bool> Overlays()
    {
        var data = new TheoryData<string, bool>();
        foreach (var folder in (string[])["default", "overlays/cert-manager", "overlays/prometheus", "overlays/openshift", "overlays/grafana"])
        {
            data.Add(folder, false);
            data.Add(folder, true);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_AppliedTwiceAndDeleted_IsAcceptedUnchangedAndGone(string folder, bool oldKubectl)
    {
        var program = oldKubectl ? Rendered.OldKubectl : "kubectl";
        var objects = await Rendered.ObjectsAsync(folder, program);
        await using var cluster = await PlaygroundCluster.StartAsync();
        var kubectl = new Kubectl(cluster.KubeconfigPath, program);
        foreach (var (group, kind) in objects.Select(o => (o["apiVersion"]!.ToString(), o["kind"]!.ToString())).Where(o => Foreign.ContainsKey(o.Item2)).Distinct())
            await kubectl.RunAsync(Definition(group, kind), "apply", "-f", "-");

        var created = await kubectl.RunAsync(null, "apply", "-k", Rendered.Folder(folder));
        var before = await VersionsAsync(kubectl, folder);
        await kubectl.RunAsync(null, "apply", "-k", Rendered.Folder(folder));
        var after = await VersionsAsync(kubectl, folder);
        var deleted = await kubectl.RunAsync(null, "delete", "--wait=false", "-k", Rendered.Folder(folder));

        Assert.Equal(objects.Count, Lines(created).Count(l => l.EndsWith(" created", StringComparison.Ordinal)));
        Assert.Equal(objects.Count, before.Count);
        Assert.Equal(before, after);
        Assert.Equal(objects.Count, Lines(deleted).Count(l => l.Contains(" deleted", StringComparison.Ordinal)));
    }

    private static async Task<List<string>> VersionsAsync(Kubectl kubectl, string folder)
    {
        var stored = JsonNode.Parse(await kubectl.RunAsync(null, "get", "-k", Rendered.Folder(folder), "-o", "json"))!["items"]!.AsArray();
        return [.. stored.Select(o => $"{o!["kind"]} {o["metadata"]!["name"]} {o["metadata"]!["resourceVersion"]}")];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Definition(string apiVersion, string kind)
    {
        var (group, version) = (apiVersion.Split('/')[0], apiVersion.Split('/')[1]);
        var (plural, scope) = Foreign[kind];
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{plural}.{group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = group,
                ["scope"] = scope,
                ["names"] = new JsonObject { ["kind"] = kind, ["listKind"] = kind + "List", ["plural"] = plural, ["singular"] = kind.ToLowerInvariant() },
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = version,
                    ["served"] = true,
                    ["storage"] = true,
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
                }),
            },
        }.ToJsonString();
    }
}
