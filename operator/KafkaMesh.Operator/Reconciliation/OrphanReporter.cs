using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Wording;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Tells with events of the pods of monitors that are gone: they relay on, and nobody counts. Pods say by a label whose sidecar they carry, so
/// that a leader finds also those whose monitor went while nobody led.
/// </summary>
internal sealed class OrphanReporter(IKubernetesClient client, Informer<JsonObject> monitors, IEventRecorder events, TimeProvider time, ILogger log)
{
    private const int MaxNamed = 10;
    private const int MaxLabelLength = 63;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(15);
    private static readonly EntityType<PartialObjectMetadata> PodLabels = EntityType.MetadataOnly(MonitoredPod.Type.Metadata);

    private readonly OutageLog _outage = new(log, "looking for pods of deleted monitors");

    /// <summary>Reports all there are, once: every leader does when it begins.</summary>
    /// <param name="cancellationToken">Leadership ends.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await monitors.WaitForSyncAsync(cancellationToken);
            while (!await TryReportAllAsync(cancellationToken))
                await Task.Delay(RetryInterval, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Debug("the search for pods of deleted monitors stops");
        }
    }

    /// <summary>Reports the pods of one monitor, unless there is one of its name again.</summary>
    /// <param name="monitor">The monitor that is gone.</param>
    /// <param name="cancellationToken">Leadership ends.</param>
    /// <exception cref="ApiException">The API server failed.</exception>
    public async Task ReportAsync(V1ObjectReference monitor, CancellationToken cancellationToken)
    {
        // A longer name fits no label: such a monitor never had a pod.
        if (monitor.Name is not { Length: <= MaxLabelLength } name || IsThere(monitor.Namespace, name))
            return;
        var pods = await client.ListAsync(MonitoredPod.Type, monitor.Namespace, new ListOptions { LabelSelector = $"{WellKnownNames.MonitorLabel}={name}" }, cancellationToken);

        // Those that are going already need nobody's attention.
        var orphans = pods.Items.Where(p => p.InjectedBy == name && !p.IsTerminal && p.Metadata.DeletionTimestamp is null).Select(p => p.Name).Order(StringComparer.Ordinal).ToList();
        if (orphans.Count == 0)
            return;
        var named = string.Join(", ", orphans.Take(MaxNamed)) + (orphans.Count > MaxNamed ? $" and {orphans.Count - MaxNamed} more" : "");
        events.Record(
            monitor,
            EventType.Warning,
            "KafkaSidecarsOrphaned",
            $"{Plural.Of(orphans.Count, "pod still carries", "pods still carry")} the sidecar of this deleted monitor and {Plural.Form(orphans.Count, "relays on until it is", "relay on until they are")} made again: {named}.");
    }

    private async Task<bool> TryReportAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pods = await client.ListAsync(PodLabels, namespaceName: null, new ListOptions { LabelSelector = WellKnownNames.MonitorLabel }, cancellationToken);
            var gone = pods.Items.Select(p => (p.Metadata.NamespaceProperty, Name: p.Metadata.Labels?.GetValueOrDefault(WellKnownNames.MonitorLabel) ?? ""))
                .Distinct().Where(m => !IsThere(m.NamespaceProperty, m.Name));
            foreach (var (space, name) in gone)
            {
                await ReportAsync(
                    new V1ObjectReference { ApiVersion = MonitorReader.Type.Metadata.ApiVersion, Kind = WellKnownNames.Kind, Namespace = space, Name = name }, cancellationToken);
            }
            _outage.Worked();
            return true;
        }
        catch (Exception error) when (error is ApiException or TimeoutException)
        {
            _outage.Failed(error.Message);
            return false;
        }
    }

    private bool IsThere(string? space, string name) => monitors.Store.Get(new NamespacedName(space, name)) is not null;
}
