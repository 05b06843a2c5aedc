using System.Net;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Finds what people made when a pod belongs to something in between: the Deployment (or another controller) behind a ReplicaSet, the CronJob behind
/// a Job. <c>kubectl describe</c> shows the events that name the uid of its object, and only the one in between knows that uid.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="log">The log.</param>
internal sealed class WorkloadOwners(IKubernetesClient client, ILogger log)
{
    private static readonly EntityType<PartialObjectMetadata> ReplicaSets = EntityType.MetadataOnly(new EntityMetadata("ReplicaSet", "v1", "apps", "replicasets"));
    private static readonly EntityType<PartialObjectMetadata> Jobs = EntityType.MetadataOnly(new EntityMetadata("Job", "v1", "batch", "jobs"));

    /// <summary>What owns the owner of a pod; null when that is nobody, or somebody of whom nothing is to be learnt.</summary>
    /// <param name="owner">The owner of the pod.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">The API server failed.</exception>
    public async Task<V1ObjectReference?> FindAsync(V1ObjectReference owner, CancellationToken cancellationToken)
    {
        var type = (owner.ApiVersion, owner.Kind) switch
        {
            ("apps/v1", "ReplicaSet") => ReplicaSets,
            ("batch/v1", "Job") => Jobs,
            _ => null,
        };
        if (type is null || owner.Name is null)
            return null;
        try
        {
            var found = await client.GetAsync(type, owner.Name, owner.Namespace, cancellationToken);
            return found?.Metadata.Uid == owner.Uid && found?.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is { } behind
                ? new V1ObjectReference { ApiVersion = behind.ApiVersion, Kind = behind.Kind, Namespace = owner.Namespace, Name = behind.Name, Uid = behind.Uid }
                : null;
        }
        catch (ApiException error) when (error.StatusCode == HttpStatusCode.Forbidden)
        {
            // Roles of an older version grant nothing of this: the owner itself is told all the same.
            log.Debug("what owns {Kind} {Namespace}/{Name} is not known: {Error}", owner.Kind, owner.Namespace, owner.Name, error.Message);
            return null;
        }
    }
}
