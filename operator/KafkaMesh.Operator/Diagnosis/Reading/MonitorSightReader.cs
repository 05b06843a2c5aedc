using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>Reads monitors, their namespaces and pods.</summary>
internal sealed class MonitorSightReader(IKubernetesClient client)
{
    // Kind to the API server, and quick enough for hundreds.
    private const int AtOnce = 8;

    // What a diagnosis never looks at, and most of a pod.
    private static readonly EntityType<JsonObject> Pods = EntityType.Raw(BuiltInEntities.Pods.Metadata, pod => pod.Remove("spec"));
    private static readonly EntityType<JsonObject> ResourceQuotas = EntityType.Raw(new EntityMetadata("ResourceQuota", "v1", "", "resourcequotas"));
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <summary>Reads.</summary>
    public async Task<ClusterSight> ReadAsync(ClusterSight sight, string fallbackNamespace, CarefulReader reader)
    {
        var monitors = await MonitorsAsync(sight, sight.OnlyNamespace, reader);
        if (sight.OnlyNamespace is null && monitors.Problem is { } problem)
        {
            sight = sight with { Narrowed = problem, OnlyNamespace = fallbackNamespace };
            monitors = await MonitorsAsync(sight, fallbackNamespace, reader);
        }
        var names = (monitors.Value ?? []).Select(m => m.Monitor.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var namespaces = new Dictionary<string, NamespaceSight>(StringComparer.Ordinal);
        foreach (var some in names.Chunk(AtOnce))
        {
            foreach (var seen in await Task.WhenAll(some.Select(name => NamespaceAsync(name, reader))))
                namespaces[seen.Name] = seen;
        }
        return sight with { Monitors = monitors, Namespaces = namespaces, Injected = await PodsAsync(sight.OnlyNamespace, WellKnownNames.MonitorLabel, reader) };
    }

    private async Task<NamespaceSight> NamespaceAsync(string name, CarefulReader reader)
    {
        var (facts, room) = await BoundedFactsAsync(name, reader);
        return new NamespaceSight(name, facts, room, await PodsAsync(name, labels: null, reader));
    }

    /// <summary>What decides about pods of a namespace and their resources. Where LimitRanges may not be read they count as absent.</summary>
    public async Task<(Sight<NamespaceFacts> Facts, RoomSight Room)> BoundedFactsAsync(string name, CarefulReader reader)
    {
        var facts = await FactsAsync(name, reader);
        var room = new RoomSight(await ListAsync(ResourceQuotas, name, reader), await ListAsync(BuiltInEntities.LimitRanges, name, reader));
        return (facts.Value is { } found ? facts with { Value = found with { Limits = NamespaceLimits.Of(room.Ranges.Value ?? []) } } : facts, room);
    }

    private Task<Sight<IReadOnlyList<JsonObject>>> ListAsync(EntityType<JsonObject> type, string name, CarefulReader reader) =>
        reader.TryAsync<IReadOnlyList<JsonObject>>($"list {type.Metadata.Plural} in {name}", async () =>
            [.. (await client.ListAsync(type, name, cancellationToken: reader.Deadline)).Items]);

    /// <summary>Labels and annotations of a namespace.</summary>
    public Task<Sight<NamespaceFacts>> FactsAsync(string name, CarefulReader reader) => reader.TryAsync($"get namespace {name}", async () =>
    {
        var found = await client.GetAsync(BuiltInEntities.Namespaces, name, cancellationToken: reader.Deadline);
        return found is null ? null : new NamespaceFacts(name, found.Metadata.Labels ?? Nothing, found.Metadata.Annotations ?? Nothing);
    });

    private Task<Sight<IReadOnlyList<SeenMonitor>>> MonitorsAsync(ClusterSight sight, string? namespaceName, CarefulReader reader) =>
        reader.TryAsync<IReadOnlyList<SeenMonitor>>($"list kafkamonitors in {namespaceName ?? "all namespaces"}", async () =>
        {
            try
            {
                var list = await client.ListAsync(MonitorReader.Type, namespaceName, cancellationToken: reader.Deadline);
                var protectedNamespaces = sight.Protected;
                return [.. list.Items.Select(m => Monitor(m, protectedNamespaces)).OrderBy(m => m.Subject, StringComparer.Ordinal)];
            }
            catch (ApiException error) when (error.IsNotFound)
            {
                return []; // No such kind: the finding about its definition says so.
            }
        });

    private static SeenMonitor Monitor(JsonObject json, ProtectedNamespaces protectedNamespaces)
    {
        var metadata = EntityType.RawMetadata(json);
        var monitor = MonitorReader.Read(json, out var unreadable)
            ?? new MonitorCandidate(metadata.NamespaceProperty ?? "", metadata.Name ?? "", metadata.Generation ?? 0, "", new KafkaMonitorSpec());
        var invalid = unreadable ?? MonitorValidator.Check(monitor) ?? protectedNamespaces.ProblemOf(monitor.Namespace);
        return new SeenMonitor(monitor, invalid, MonitorReader.ReadStatus(json), metadata.CreationTimestamp);
    }

    private Task<Sight<IReadOnlyList<SeenPod>>> PodsAsync(string? namespaceName, string? labels, CarefulReader reader) =>
        reader.TryAsync<IReadOnlyList<SeenPod>>($"list pods in {namespaceName ?? "all namespaces"}", async () =>
        {
            var list = await client.ListAsync(Pods, namespaceName, new ListOptions { LabelSelector = labels }, reader.Deadline);
            return [.. list.Items.Select(SeenPod.Of).OfType<SeenPod>().Where(p => !p.Pod.IsTerminal).OrderBy(p => p.DisplayName, StringComparer.Ordinal)];
        });
}
