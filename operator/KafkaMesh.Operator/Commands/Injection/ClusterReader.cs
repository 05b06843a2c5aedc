using System.Net;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>Asks a cluster for what injection into manifests needs: monitors, namespaces and LimitRanges of the pods, the switch of the whole cluster, and the versions that run them.</summary>
internal sealed class ClusterReader(IKubernetesClient client, string operatorNamespace)
{
    private const int NativeSidecarMinor = 29;

    /// <summary>Kubelets may be three minor versions older than the server (Kubernetes' version skew policy).</summary>
    private const int KubeletSkew = 3;

    /// <summary>How the cluster's operator is set up; null when there is none, or the user may not see it.</summary>
    /// <exception cref="ApiException">The cluster cannot be reached, or refuses.</exception>
    public async Task<DeploymentFacts?> ReadOperatorAsync(CancellationToken cancellationToken)
    {
        try
        {
            var deployment = await client.GetAsync(BuiltInEntities.Deployments, WellKnownNames.OperatorName, operatorNamespace, cancellationToken);
            return deployment is null ? null : new DeploymentFacts(deployment);
        }
        catch (ApiException error) when (error.StatusCode is HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

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
            await ReadNamespaceAsync(name, facts, cancellationToken);
            await ReadLimitsAsync(name, facts, cancellationToken);
        }

        // Its annotation may switch injection off for the whole cluster.
        await ReadNamespaceAsync(operatorNamespace, facts, cancellationToken);
        facts.Cluster = new ClusterFacts(await HasNativeSidecarsAsync(cancellationToken));
    }

    // A user of a few namespaces may perhaps not see the operator's: then the webhook decides when the pods start.
    private async Task ReadNamespaceAsync(string name, InjectionFacts facts, CancellationToken cancellationToken)
    {
        if (facts.Namespaces.ContainsKey(name))
            return;
        try
        {
            if (await client.GetAsync(BuiltInEntities.Namespaces, name, cancellationToken: cancellationToken) is { } found)
                facts.Namespaces[name] = new NamespaceFacts(name, found.Metadata.Labels ?? Nothing, found.Metadata.Annotations ?? Nothing);
        }
        catch (ApiException error) when (error.StatusCode is HttpStatusCode.Forbidden && name == operatorNamespace)
        {
            return;
        }
    }

    private async Task ReadLimitsAsync(string name, InjectionFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var range in (await client.ListAsync(BuiltInEntities.LimitRanges, name, cancellationToken: cancellationToken)).Items)
                facts.LimitRanges.TryAdd((name, EntityType.RawMetadata(range).Name ?? ""), range);
        }
        catch (ApiException error) when (error.StatusCode is HttpStatusCode.Forbidden)
        {
            // They only shape what the sidecar requests.
            return;
        }
    }

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>();

    /// <summary>Whether server and every kubelet run native sidecars.</summary>
    public async Task<bool> HasNativeSidecarsAsync(CancellationToken cancellationToken)
    {
        var server = ClusterProbe.MinorOf((await client.GetVersionAsync(cancellationToken)).GitVersion);
        try
        {
            var nodes = await client.ListAsync(KubeletNode.Type, options: new ListOptions { Limit = ClusterProbe.NodesPerPage }, cancellationToken: cancellationToken);
            return server >= NativeSidecarMinor && nodes.Items.All(n => ClusterProbe.MinorOf(n.KubeletVersion) >= NativeSidecarMinor);
        }
        catch (ApiException error) when (error.StatusCode is HttpStatusCode.Forbidden)
        {
            // A user who may not see nodes: by the server's version alone the oldest kubelet is known.
            return server >= NativeSidecarMinor + KubeletSkew;
        }
    }
}
