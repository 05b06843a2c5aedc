using System.Collections.Concurrent;
using System.Net;
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
    OrphanReporter orphans,
    PodRollout rollout,
    SidecarDefaults defaults,
    ProtectedNamespaces protectedNamespaces,
    TimeProvider time,
    ILogger log) : IEntityController<JsonObject>, IDisposable
{
    private const int MaxLists = 4;
    private const int MaxProblemLength = 500;
    private static readonly TimeSpan DrainPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RegistrationPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(500);
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

    /// <summary>Whether this replica leads for certain; set by whoever elects. A leader that was suspended learns by it that its time is over before it is told to stop.</summary>
    public Func<bool> MayWrite { get; set; } = () => true;

    /// <summary>Told of every status that is made, whether it is worth a write or not; set by whoever shows figures. Must be quick.</summary>
    public Action<CollectionRound> Collected { get; set; } = _ => { };

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(JsonObject entity, CancellationToken cancellationToken)
    {
        var metadata = EntityType.RawMetadata(entity);
        var key = new NamespacedName(metadata.NamespaceProperty, metadata.Name!);
        var monitor = MonitorReader.Read(entity, out var unreadable)
            ?? new MonitorCandidate(metadata.NamespaceProperty!, metadata.Name!, metadata.Generation ?? 0, "", new KafkaMonitorSpec());
        var invalid = unreadable ?? MonitorValidator.Check(monitor) ?? protectedNamespaces.ProblemOf(monitor.Namespace);
        var runtime = await EnsureRuntimeAsync(key, metadata, monitor, invalid, cancellationToken);
        if (!runtime.Pods.State.HasSynced)
            return ReconciliationResult.Success(SyncPause);

        runtime.Stored.See(entity);
        var pods = runtime.Pods.Store.List();
        var annotations = cluster.AnnotationsOf(monitor.Namespace);
        var disabled = cluster.Cluster.WhyDisabled;
        var census = invalid is null ? PodCensus.Take(monitor, pods, annotations, cluster.MonitorsOf(monitor.Namespace), disabled is not null) : PodCensus.Empty;
        var interval = TimeSpan.FromSeconds(Math.Clamp(monitor.Spec.Report?.IntervalSeconds ?? new ReportSpec().IntervalSeconds, 1, 300));
        var isDue = runtime.CollectedAt is not { } last || time.GetElapsedTime(last) >= interval;
        var registration = invalid is null ? RegistrationOf(key) : RegistrationState.Registered;
        var isNew = runtime.Stored.Status?.ObservedGeneration != monitor.Generation || runtime.Registration != registration || runtime.Disabled != disabled;
        runtime.Registration = registration;
        runtime.LooksForRegistration = registration == RegistrationState.Missing ? runtime.LooksForRegistration + 1 : 0;
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
        if (registration is RegistrationState.Missing or RegistrationState.Settling || (invalid ?? disabled) is not null)
            runtime.RolloutState = RolloutState.Idle;
        else
            runtime.RolloutState = await rollout.StepAsync(runtime.Rollout, monitor, census, hash, cancellationToken);
        var isUrgent = isNew || isFinal || runtime.RolloutState != rolledOut;
        if (isDue || isUrgent || runtime.IsWriteOwed)
        {
            var podSecurity = cluster.LevelWithoutNetAdmin(monitor.Namespace);
            var seen = new MonitorObservation(
                monitor, invalid, disabled, registration, census, runtime.RolloutState, hash, runtime.Reporting, runtime.Ledger, time.GetUtcNow());
            await PublishAsync(runtime, metadata, entity, seen with { PodSecurity = podSecurity }, pods, isDue, isUrgent, cancellationToken);
            await skippedPods.ReportAsync(runtime.Told, census.Skipped, podSecurity, cancellationToken);
        }
        return ReconciliationResult.Success(NextLook(runtime, census, interval));
    }

    /// <inheritdoc/>
    public async Task<ReconciliationResult> DeletedAsync(JsonObject entity, CancellationToken cancellationToken)
    {
        if (_runtimes.TryRemove(MonitorReader.Type.KeyOf(entity), out var runtime))
            runtime.Dispose();
        await orphans.ReportAsync(MonitorReader.Type.ReferenceTo(entity), cancellationToken);
        return ReconciliationResult.Success();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var runtime in _runtimes.Values)
            runtime.Dispose();
    }

    private async Task<MonitorRuntime> EnsureRuntimeAsync(NamespacedName key, V1ObjectMeta metadata, MonitorCandidate monitor, string? invalid, CancellationToken cancellationToken)
    {
        // An unusable selector might be refused by the API server: then no pod is looked at.
        var selector = invalid is null ? LabelSelectorText.Of(monitor.Spec.Selector) : $"{WellKnownNames.MonitorLabel}={Guid.Empty}";
        _runtimes.TryGetValue(key, out var known);
        if (known is not null && known.Uid == metadata.Uid && known.Selector == selector)
            return known;

        var continues = known?.Uid == metadata.Uid;
        var (ledger, version) = continues ? (known!.Ledger, known.LedgerVersion) : await _ledgers.LoadAsync(metadata, cancellationToken);
        known?.Dispose();
        var pods = new Informer<MonitoredPod>(client, MonitoredPod.Type, new InformerOptions { Namespace = key.Namespace, LabelSelector = selector }, log, timeProvider: time);
        pods.AddHandler(change =>
        {
            // Everything else waits for the next collection.
            if (change.Type != WatchEventType.Deleted && change.Entity.IsDraining)
                Enqueue(key);
        });
        var runtime = new MonitorRuntime(metadata.Uid, selector, pods, ledger, stop => WatchAsync(key, pods, stop), cancellationToken)
        {
            Stored = continues ? known!.Stored : new StoredStatus(),
            LedgerVersion = version,
            LedgerProblem = continues ? known!.LedgerProblem : null,
        };
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
        runtime.IsWriteOwed = true;
        var present = pods.Select(p => p.Uid).ToHashSet();
        runtime.Ledger.Retire(present, pods.Where(p => p.IsDraining || p.IsTerminal).Select(p => p.Uid).ToHashSet());
        runtime.Finished.IntersectWith(present);
        await StoreLedgerAsync(runtime, metadata, cancellationToken);
        seen = seen with { LedgerProblem = runtime.LedgerProblem };
        var previous = runtime.Stored.Status;
        var status = MonotonicTotals.Apply(StatusBuilder.Build(seen, previous), previous);
        Collected(CollectionRound.Of(metadata, seen, status, pods, isCollection));
        if (!StatusComparer.IsWorthWriting(previous, status))
        {
            runtime.IsWriteOwed = false;
            return;
        }
        if (isUrgent)
            _pace.Take();
        if ((!isUrgent && !_pace.TryTake()) || !MayWrite())
            return;
        runtime.Stored.Wrote(status, await WriteAsync(metadata, status, runtime.Stored.Version, cancellationToken));
        runtime.IsWriteOwed = false;
        reporter.Changed(entity, previous, status);
    }

    // Stored before shown: a leader that starts now must know what is retired in the status that users see.
    private async Task StoreLedgerAsync(MonitorRuntime runtime, V1ObjectMeta metadata, CancellationToken cancellationToken)
    {
        var isOld = runtime.Ledger.HasNews && (runtime.StoredAt is not { } stored || time.GetElapsedTime(stored) >= StoreInterval);
        if (!runtime.Ledger.HasRetired && !(isOld && _pace.TryTake()))
            return;
        if (runtime.Ledger.HasRetired)
            _pace.Take();
        try
        {
            runtime.LedgerVersion ??= await _ledgers.ReadVersionAsync(metadata, cancellationToken);
            if (!MayWrite())
                return;
            runtime.LedgerVersion = await _ledgers.SaveAsync(metadata, runtime.Ledger, runtime.LedgerVersion, cancellationToken);
            runtime.Ledger.MarkStored();
            runtime.LedgerProblem = null;
        }
        catch (ApiException error)
        {
            runtime.LedgerVersion = null;
            if (!IsRefusal(error))
                throw;

            // The figures of now are true all the same: users see them, and that they are not kept.
            if (runtime.LedgerProblem is null)
                log.Warning("the ledger of {Namespace}/{Monitor} cannot be stored: {Error}", metadata.NamespaceProperty, metadata.Name, error.Message);
            var problem = error.Status?.Message ?? error.Message;
            runtime.LedgerProblem = problem.Length <= MaxProblemLength ? problem : $"{problem.AsSpan(0, MaxProblemLength)}…";
        }
        runtime.StoredAt = time.GetTimestamp();
    }

    // Not a server that is away or busy, nor somebody who was faster: those are tried again before anything is shown.
    private static bool IsRefusal(ApiException error) =>
        !error.IsUnreachable && error.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);

    private async Task<string?> WriteAsync(V1ObjectMeta metadata, KafkaMonitorStatus status, string? version, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = MonitorReader.Type.Metadata.ApiVersion,
            ["kind"] = WellKnownNames.Kind,
            ["metadata"] = new JsonObject { ["name"] = metadata.Name, ["namespace"] = metadata.NamespaceProperty, ["uid"] = metadata.Uid, ["resourceVersion"] = version },
            ["status"] = JsonSerializer.SerializeToNode(status, ContractsJson.Default.KafkaMonitorStatus),
        };
        var written = await client.PatchAsync(
            MonitorReader.Type,
            V1Patch.Apply(body),
            metadata.Name!,
            metadata.NamespaceProperty,
            new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true, Subresource = "status" },
            cancellationToken);
        return EntityType.RawMetadata(written).ResourceVersion;
    }

    private TimeSpan NextLook(MonitorRuntime runtime, PodCensus census, TimeSpan interval)
    {
        if (census.Injected.Any(p => p.IsDraining && !runtime.Finished.Contains(p.Uid)))
            return DrainPause;
        var rest = interval - time.GetElapsedTime(runtime.CollectedAt ?? time.GetTimestamp());
        if (runtime.Registration == RegistrationState.Missing)
        {
            // A new monitor is registered within moments; where that fails, a thousand monitors do not ask five times a second each.
            var pause = RegistrationPause * Math.Pow(2, Math.Min(runtime.LooksForRegistration - 1, 20));
            if (pause < rest)
                return pause;
        }
        if (runtime.Registration == RegistrationState.Settling && rest > SettlePause)
            return SettlePause;
        if (runtime.IsWriteOwed)
            return PacePause;
        if (runtime.RolloutState.Phase is RolloutPhase.Waiting or RolloutPhase.Blocked && rest > RolloutPause)
            return RolloutPause;
        return rest > TimeSpan.FromMilliseconds(10) ? rest : TimeSpan.FromMilliseconds(10);
    }
}
