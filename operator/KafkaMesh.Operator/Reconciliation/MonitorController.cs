using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Reconciliation;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Sidecar;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Webhook;
using Serilog;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Keeps the status of KafkaMonitors true: watches the pods of each, reads their sidecars at its interval, and in
/// between every second those of pods that are about to go, so that nothing that was counted is lost.
/// </summary>
internal sealed class MonitorController(
    IKubernetesClient client,
    ClusterCache cluster,
    MonitorCollection collection,
    SkippedPodReporter skippedPods,
    MonitorReporter reporter,
    PodRollout rollout,
    SidecarDefaults defaults,
    string ownNamespace,
    TimeProvider time,
    ILogger log) : IEntityController<JsonObject>, IDisposable
{
    private const int MaxLists = 4;
    private static readonly TimeSpan DrainPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RegistrationPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RolloutPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SyncPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PacePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StoreInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<NamespacedName, MonitorRuntime> _runtimes = new();
    private readonly LedgerStore _ledgers = new(client, log);
    private readonly WritePace _pace = new(time);

    // A leader that starts lists the pods of all monitors; their lists need not be in memory at once.
    private readonly SemaphoreSlim _lists = new(MaxLists);

    /// <summary>Asks for a reconciliation of a monitor; set by whoever owns the queue.</summary>
    public Action<NamespacedName> Enqueue { get; set; } = _ => { };

    /// <summary>Asks for a reconciliation of all monitors that were reconciled before.</summary>
    public void EnqueueAll()
    {
        foreach (var key in _runtimes.Keys)
            Enqueue(key);
    }

    /// <summary>What the webhook registration says of a monitor; set by whoever owns the registration.</summary>
    public Func<NamespacedName, RegistrationState> RegistrationOf { get; set; } = _ => RegistrationState.Registered;

    /// <summary>Told of every status that is made, whether it is worth a write or not; set by whoever shows figures. Must be quick.</summary>
    public Action<CollectionRound> Collected { get; set; } = _ => { };

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(JsonObject entity, CancellationToken cancellationToken)
    {
        var metadata = EntityType.RawMetadata(entity);
        var key = new NamespacedName(metadata.NamespaceProperty, metadata.Name!);
        var monitor = MonitorReader.Read(entity, out var unreadable)
            ?? new MonitorCandidate(metadata.NamespaceProperty!, metadata.Name!, metadata.Generation ?? 0, "", new KafkaMonitorSpec());
        var invalid = unreadable ?? MonitorValidator.Check(monitor) ?? ProtectedProblem(monitor);
        var runtime = await EnsureRuntimeAsync(key, metadata, monitor, invalid, cancellationToken);
        if (!runtime.Pods.State.HasSynced)
            return ReconciliationResult.Success(SyncPause);

        var pods = runtime.Pods.Store.List();
        var annotations = cluster.AnnotationsOf(monitor.Namespace);
        var disabled = cluster.Cluster.WhyDisabled;
        var census = invalid is null ? PodCensus.Take(monitor, pods, annotations, cluster.MonitorsOf(monitor.Namespace), disabled is not null) : PodCensus.Empty;
        var interval = TimeSpan.FromSeconds(Math.Clamp(monitor.Spec.Report?.IntervalSeconds ?? new ReportSpec().IntervalSeconds, 1, 300));
        var isDue = runtime.CollectedAt is not { } last || time.GetElapsedTime(last) >= interval;
        var registration = invalid is null ? RegistrationOf(key) : RegistrationState.Registered;
        var isNew = runtime.Written?.ObservedGeneration != monitor.Generation || runtime.Registration != registration || runtime.Disabled != disabled;
        runtime.Registration = registration;
        runtime.Ledger.Interval = interval;
        runtime.Disabled = disabled;
        var isFinal = false;
        if (isDue)
        {
            // The first time all monitors are due: from the second on they are spread over the interval.
            var head = runtime.CollectedAt is null ? interval * Random.Shared.NextDouble() : TimeSpan.Zero;
            runtime.CollectedAt = time.GetTimestamp() - (long)(head.TotalSeconds * time.TimestampFrequency);
            await collection.CollectAsync(runtime, census.Injected, cancellationToken);
        }
        else
        {
            isFinal = await collection.CollectDrainingAsync(runtime, census.Injected, cancellationToken);
        }
        var hash = ConfigurationHash.Of(monitor, defaults);
        var rolledOut = runtime.RolloutState;
        if (registration == RegistrationState.Missing || (invalid ?? disabled) is not null)
            runtime.RolloutState = RolloutState.Idle;
        else
            runtime.RolloutState = await rollout.StepAsync(runtime.Rollout, monitor, census, hash, cancellationToken);
        var isUrgent = isNew || isFinal || runtime.RolloutState != rolledOut;
        if (isDue || isUrgent || runtime.IsWriteOwed)
        {
            await PublishAsync(runtime, metadata, entity, new MonitorObservation(
                monitor, invalid, disabled, registration, census, runtime.RolloutState, hash, runtime.Reporting, runtime.Ledger, time.GetUtcNow()), pods, isDue, isUrgent, cancellationToken);
            skippedPods.Report(runtime.Told, census.Skipped);
        }
        return ReconciliationResult.Success(NextLook(runtime, census, interval));
    }

    /// <inheritdoc/>
    public Task<ReconciliationResult> DeletedAsync(JsonObject entity, CancellationToken cancellationToken)
    {
        var key = MonitorReader.Type.KeyOf(entity);
        if (_runtimes.TryRemove(key, out var runtime))
        {
            reporter.Deleted(entity, key.Name, runtime.Pods.Store.List());
            runtime.Dispose();
        }
        return Task.FromResult(ReconciliationResult.Success());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var runtime in _runtimes.Values)
            runtime.Dispose();
    }

    private string? ProtectedProblem(MonitorCandidate monitor) =>
        ProtectedNamespaces.Contains(monitor.Namespace, ownNamespace) ? $"nothing is injected in namespace {monitor.Namespace}" : null;

    private async Task<MonitorRuntime> EnsureRuntimeAsync(NamespacedName key, V1ObjectMeta metadata, MonitorCandidate monitor, string? invalid, CancellationToken cancellationToken)
    {
        // An unusable selector might be refused by the API server: then no pod is looked at.
        var selector = invalid is null ? LabelSelectorText.Of(monitor.Spec.Selector) : $"{WellKnownNames.MonitorLabel}={Guid.Empty}";
        _runtimes.TryGetValue(key, out var known);
        if (known is not null && known.Uid == metadata.Uid && known.Selector == selector)
            return known;

        var continues = known?.Uid == metadata.Uid;
        var ledger = continues ? known!.Ledger : await _ledgers.LoadAsync(metadata, cancellationToken);
        known?.Dispose();
        var pods = new Informer<MonitoredPod>(client, MonitoredPod.Type, new InformerOptions { Namespace = key.Namespace, LabelSelector = selector }, log, timeProvider: time);
        pods.AddHandler(change =>
        {
            // Everything else waits for the next collection.
            if (change.Type != WatchEventType.Deleted && change.Entity.IsDraining)
                Enqueue(key);
        });
        var runtime = new MonitorRuntime(metadata.Uid, selector, pods, ledger, stop => WatchAsync(key, pods, stop), cancellationToken) { Written = continues ? known!.Written : null };
        _runtimes[key] = runtime;
        return runtime;
    }

    private async Task WatchAsync(NamespacedName key, Informer<MonitoredPod> pods, CancellationToken cancellationToken)
    {
        Task watching;
        await _lists.WaitAsync(cancellationToken);
        try
        {
            watching = pods.RunAsync(cancellationToken);
            await Task.WhenAny(pods.WaitForSyncAsync(cancellationToken), watching, Task.Delay(ListPatience, time, cancellationToken));
        }
        finally
        {
            _lists.Release();
        }
        Enqueue(key);
        await watching;
    }

    private async Task PublishAsync(
        MonitorRuntime runtime, V1ObjectMeta metadata, JsonObject entity, MonitorObservation seen, IReadOnlyCollection<MonitoredPod> pods, bool isCollection,
        bool isUrgent, CancellationToken cancellationToken)
    {
        // Stored before shown: a leader that starts now must know what is retired in the status that users see.
        var present = pods.Select(p => p.Uid).ToHashSet();
        runtime.Ledger.Retire(present, pods.Where(p => p.IsDraining || p.IsTerminal).Select(p => p.Uid).ToHashSet());
        runtime.Finished.IntersectWith(present);
        var isOld = runtime.Ledger.HasNews && (runtime.StoredAt is not { } stored || time.GetElapsedTime(stored) >= StoreInterval);
        if (runtime.Ledger.HasRetired || (isOld && _pace.TryTake()))
        {
            if (runtime.Ledger.HasRetired)
                _pace.Take();
            await _ledgers.SaveAsync(metadata, runtime.Ledger, cancellationToken);
            runtime.Ledger.MarkStored();
            runtime.StoredAt = time.GetTimestamp();
        }
        var previous = runtime.Written ?? MonitorReader.ReadStatus(entity);
        var status = MonotonicTotals.Apply(StatusBuilder.Build(seen, previous), previous);
        Collected(CollectionRound.Of(metadata, seen, status, pods, isCollection));
        if (!StatusComparer.IsWorthWriting(previous, status))
        {
            (runtime.Written, runtime.IsWriteOwed) = (runtime.Written ?? previous, false);
            return;
        }
        if (isUrgent)
            _pace.Take();
        runtime.IsWriteOwed = !isUrgent && !_pace.TryTake();
        if (runtime.IsWriteOwed)
            return;
        await WriteAsync(metadata, status, cancellationToken);
        runtime.Written = status;
        reporter.Changed(entity, previous, status);
    }

    private Task WriteAsync(V1ObjectMeta metadata, KafkaMonitorStatus status, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = MonitorReader.Type.Metadata.ApiVersion,
            ["kind"] = WellKnownNames.Kind,
            ["metadata"] = new JsonObject { ["name"] = metadata.Name, ["namespace"] = metadata.NamespaceProperty, ["uid"] = metadata.Uid },
            ["status"] = JsonSerializer.SerializeToNode(status, ContractsJson.Default.KafkaMonitorStatus),
        };
        return client.PatchAsync(
            MonitorReader.Type,
            V1Patch.Apply(body),
            metadata.Name!,
            metadata.NamespaceProperty,
            new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true, Subresource = "status" },
            cancellationToken);
    }

    private TimeSpan NextLook(MonitorRuntime runtime, PodCensus census, TimeSpan interval)
    {
        if (census.Injected.Any(p => p.IsDraining && !runtime.Finished.Contains(p.Uid)))
            return DrainPause;
        if (runtime.Registration == RegistrationState.Missing)
            return RegistrationPause;
        if (runtime.IsWriteOwed)
            return PacePause;
        var rest = interval - time.GetElapsedTime(runtime.CollectedAt ?? time.GetTimestamp());
        if (runtime.RolloutState.Phase is RolloutPhase.Waiting or RolloutPhase.Blocked && rest > RolloutPause)
            return RolloutPause;
        return rest > TimeSpan.FromMilliseconds(10) ? rest : TimeSpan.FromMilliseconds(10);
    }
}
