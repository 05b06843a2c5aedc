using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>Minor versions of a cluster's Kubernetes, and what the operator makes of them.</summary>
/// <param name="Server">Of the API server; null for one that is no version 1.</param>
/// <param name="Kubelets">Of the nodes' kubelets.</param>
internal sealed record ClusterVersions(int? Server, IReadOnlyList<int?> Kubelets)
{
    private const int FirstWithNativeSidecars = 29;
    private const int FirstWithMatchConditions = 30;

    /// <summary>Whether sidecars are native: server and every kubelet have them by default (KEP-753), as the operator judges.</summary>
    public bool HasNativeSidecars => Server >= FirstWithNativeSidecars && Kubelets.All(kubelet => kubelet >= FirstWithNativeSidecars);

    /// <summary>Whether the server evaluates the match conditions of webhooks for sure (KEP-3716).</summary>
    public bool HasMatchConditions => Server >= FirstWithMatchConditions;

    /// <summary>Asks server and nodes.</summary>
    public static async Task<ClusterVersions> ReadAsync(Kubectl kubectl)
    {
        var server = (string?)JsonNode.Parse(await kubectl.RunAsync("get", "--raw", "/version"))!["gitVersion"];
        var kubelets = await kubectl.RunAsync("get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.kubeletVersion}");
        return new ClusterVersions(MinorOf(server), [.. kubelets.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(MinorOf)]);
    }

    /// <summary>As a person would say it.</summary>
    public override string ToString() => $"Kubernetes {Name(Server)} with kubelets {string.Join(", ", Kubelets.Distinct().Order().Select(Name))}";

    private static string Name(int? minor) => minor is null ? "of an unknown version" : $"1.{minor}";

    // v1.28.15, v1.31.4-eks-8cce635 and the like.
    private static int? MinorOf(string? version) =>
        version?.TrimStart('v').Split('.') is ["1", var minor, ..] && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
