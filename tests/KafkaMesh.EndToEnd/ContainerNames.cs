using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>Names of a pod's containers in their order, separated by spaces.</summary>
internal sealed record ContainerNames(string Init, string Containers)
{
    private const string Rules = "kafkamesh-init";
    private const string Sidecar = "kafkamesh-proxy";

    /// <summary>Those of a pod.</summary>
    public static ContainerNames Of(JsonObject pod) => new(Join(pod, "initContainers"), Join(pod, "containers"));

    /// <summary>
    /// Where the operator puts its containers on a cluster, from where it puts them on one with native sidecars: without those the sidecar is the
    /// first of the containers, and the rules come after all other init containers, which the sidecar could not serve.
    /// </summary>
    public ContainerNames On(ClusterVersions cluster)
    {
        var init = Init.Split(' ');
        if (cluster.HasNativeSidecars || !init.Contains(Sidecar))
            return this;
        var others = init.Where(name => name is not (Rules or Sidecar));
        return new ContainerNames(string.Join(' ', init.Contains(Rules) ? others.Append(Rules) : others), $"{Sidecar} {Containers}");
    }

    private static string Join(JsonObject pod, string list) =>
        string.Join(' ', (pod["spec"]![list] as JsonArray ?? []).Select(container => (string?)container!["name"]));
}
