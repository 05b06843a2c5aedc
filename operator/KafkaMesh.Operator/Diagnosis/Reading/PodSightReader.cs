using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>Reads one pod and what decides about it.</summary>
internal sealed class PodSightReader(IKubernetesClient client, string operatorNamespace)
{
    private static readonly EntityType<PartialObjectMetadata> ReplicaSets = EntityType.MetadataOnly(new EntityMetadata("ReplicaSet", "v1", "apps", "replicasets"));

    /// <summary>Reads.</summary>
    public async Task<PodSight> ReadAsync(ClusterSight sight, string namespaceName, string name, CarefulReader reader)
    {
        var pod = await reader.TryAsync($"get pods in {namespaceName}", () => client.GetAsync(BuiltInEntities.Pods, name, namespaceName, reader.Deadline));
        var (facts, room) = await new MonitorSightReader(client).BoundedFactsAsync(namespaceName, reader);
        return new PodSight(namespaceName, name, pod, facts, room, pod.Value is { } found ? await OwnerAsync(found, namespaceName, reader) : null, await ProbeAsync(sight, pod.Value, namespaceName, reader));
    }

    // What people restart is the Deployment behind the ReplicaSet.
    private async Task<string?> OwnerAsync(JsonObject pod, string namespaceName, CarefulReader reader)
    {
        if (EntityType.RawMetadata(pod).OwnerReferences?.FirstOrDefault(o => o.Controller == true) is not { Kind: { } kind, Name: { } name })
            return null;
        if (kind == "ReplicaSet")
        {
            var set = await reader.TryAsync("get replicasets", () => client.GetAsync(ReplicaSets, name, namespaceName, reader.Deadline));
            if (set.Value?.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is { Kind: { } above, Name: { } deployment })
                (kind, name) = (above, deployment);
        }
        return $"{kind.ToLowerInvariant()}/{name}";
    }

    private async Task<ProbeSight?> ProbeAsync(ClusterSight sight, JsonObject? pod, string namespaceName, CarefulReader reader)
    {
        var labels = pod is null ? null : new PodView(pod).Labels;
        var monitor = labels is null ? null : (sight.Monitors.Value ?? [])
            .Where(m => m.Invalid is null && m.Monitor.Namespace == namespaceName && LabelMatcher.Matches(m.Monitor.Spec.Selector, labels))
            .MinBy(m => m.Monitor, Comparer<MonitorCandidate>.Create(MonitorCandidate.CompareByAge));
        return monitor is null ? null
            : sight.Probes.FirstOrDefault(p => p.Monitor.Subject == monitor.Subject) ?? await new AdmissionProbe(client, operatorNamespace).TryAsync(monitor, reader);
    }
}
