using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>Asks a cluster for what injection into manifests needs: monitors and namespaces of the pods, and the versions that run them.</summary>
internal sealed class ClusterReader(IKubernetesClient client)
{
    private const int NativeSidecarMinor = 29;

    /// <summary>Kubelets may be three minor versions older than the server (Kubernetes' version skew policy).</summary>
    private const int KubeletSkew = 3;

    /// <summary>Notes what the cluster says about these namespaces; what the manifests say goes before it.</summary>
    /// <exception cref="ApiException">The cluster cannot be reached, or refuses.</exception>
    public async Task GatherAsync(IEnumerable<string> namespaces, InjectionFacts facts, CancellationToken cancellationToken)
    {
        foreach (var name in namespaces)
        {
            var monitors = await client.ListAsync(MonitorReader.Type, name, cancellationToken: cancellationToken);
            foreach (var json in monitors.Items)
            {
                // One that cannot be read hides no other; the operator's status says so too.
                if (MonitorReader.Read(json, out _) is { } monitor)
                    facts.Add(monitor);
            }
            if (!facts.Namespaces.ContainsKey(name) && await client.GetAsync(BuiltInEntities.Namespaces, name, cancellationToken: cancellationToken) is { } found)
                facts.Namespaces[name] = new NamespaceFacts(name, found.Metadata.Labels ?? Nothing, found.Metadata.Annotations ?? Nothing);
        }
        facts.Cluster = new ClusterFacts(await HasNativeSidecarsAsync(cancellationToken));
    }

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>();

    /// <summary>Whether server and every kubelet run native sidecars.</summary>
    public async Task<bool> HasNativeSidecarsAsync(CancellationToken cancellationToken)
    {
        var server = ClusterProbe.MinorOf((await client.GetVersionAsync(cancellationToken)).GitVersion);
        try
        {
            var nodes = await client.ListAsync(BuiltInEntities.Nodes, options: new ListOptions { Limit = 500 }, cancellationToken: cancellationToken);
            return server >= NativeSidecarMinor && nodes.Items.All(n => ClusterProbe.MinorOf(KubeletOf(n)) >= NativeSidecarMinor);
        }
        catch (ApiException error) when (error.StatusCode is HttpStatusCode.Forbidden)
        {
            // A user who may not see nodes: by the server's version alone the oldest kubelet is known.
            return server >= NativeSidecarMinor + KubeletSkew;
        }
    }

    private static string? KubeletOf(JsonObject node) => ((node["status"] as JsonObject)?["nodeInfo"] as JsonObject)?["kubeletVersion"]?.ToString();
}
