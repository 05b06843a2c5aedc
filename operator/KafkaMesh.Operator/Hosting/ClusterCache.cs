using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Webhook;
using Serilog;

namespace KafkaMesh.Operator.Hosting;

/// <summary>What every replica knows about the cluster: all monitors, all namespaces' metadata and LimitRanges, and what the cluster can do.</summary>
internal sealed class ClusterCache : IInjectionFacts
{
    private static readonly TimeSpan LiveReadTimeout = TimeSpan.FromSeconds(1);
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    private readonly IKubernetesClient _client;
    private readonly string _ownNamespace;
    private readonly ConcurrentDictionary<string, (ImmutableArray<JsonObject> Ranges, NamespaceLimits? Limits)> _limits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MonitorSet> _monitors = new(StringComparer.Ordinal);

    /// <summary>Makes the cache; <see cref="RunAsync"/> fills it.</summary>
    public ClusterCache(IKubernetesClient client, string ownNamespace, TimeProvider time, ILogger log)
    {
        (_client, _ownNamespace) = (client, ownNamespace);
        Monitors = new Informer<JsonObject>(client, MonitorReader.Type, new InformerOptions(), log, timeProvider: time);
        Namespaces = new Informer<PartialObjectMetadata>(client, BuiltInEntities.Namespaces, new InformerOptions(), log, timeProvider: time);
        LimitRanges = new Informer<JsonObject>(client, BuiltInEntities.LimitRanges, new InformerOptions(), log, timeProvider: time);
        Probe = new ClusterProbe(client, time, log);
        Monitors.AddHandler(Note);
        LimitRanges.AddHandler(NoteLimits);
    }

    /// <summary>All KafkaMonitors.</summary>
    public Informer<JsonObject> Monitors { get; }

    /// <summary>Metadata of all namespaces.</summary>
    public Informer<PartialObjectMetadata> Namespaces { get; }

    /// <summary>All LimitRanges.</summary>
    public Informer<JsonObject> LimitRanges { get; }

    /// <summary>Finds out what the cluster can do.</summary>
    public ClusterProbe Probe { get; }

    /// <summary>The Pod Security level of namespaces without a label, which no API tells.</summary>
    public string DefaultPodSecurity { get; init; } = PodSecurityLevel.Privileged;

    /// <inheritdoc/>
    public ClusterFacts Cluster => Probe.Facts with { DisabledBy = ClusterFacts.Switch(_ownNamespace, AnnotationsOf(_ownNamespace)), DefaultPodSecurity = DefaultPodSecurity };

    /// <summary>All monitors that can be read.</summary>
    public IReadOnlyList<MonitorCandidate> AllMonitors() => [.. _monitors.Values.SelectMany(m => m)];

    /// <inheritdoc/>
    public MonitorSet MonitorsOf(string namespaceName) =>
        _monitors.TryGetValue(namespaceName, out var monitors) ? monitors : [];

    /// <summary>Annotations of a namespace as far as cached.</summary>
    public IReadOnlyDictionary<string, string> AnnotationsOf(string namespaceName) =>
        Namespaces.Store.Get(new NamespacedName(null, namespaceName))?.Metadata.Annotations ?? Nothing;

    /// <summary>The Pod Security level that keeps the init container out of a namespace; null when none does, or the namespace is not cached.</summary>
    public EnforcedLevel? LevelWithoutNetAdmin(string namespaceName) =>
        Namespaces.Store.Get(new NamespacedName(null, namespaceName)) is { } cached ? Facts(namespaceName, cached).LevelWithoutNetAdmin(DefaultPodSecurity) : null;

    /// <inheritdoc/>
    public async ValueTask<NamespaceFacts> GetNamespaceAsync(string namespaceName, CancellationToken cancellationToken)
    {
        var cached = Namespaces.Store.Get(new NamespacedName(null, namespaceName));
        if (cached is null)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(LiveReadTimeout);
            cached = await _client.GetAsync(BuiltInEntities.Namespaces, namespaceName, namespaceName: null, deadline.Token)
                ?? throw new InvalidOperationException($"namespace {namespaceName} does not exist");
        }
        return Facts(namespaceName, cached) with { Limits = _limits.GetValueOrDefault(namespaceName).Limits };
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        BackgroundTasks.RunAsync(Monitors.RunAsync(cancellationToken), Namespaces.RunAsync(cancellationToken), LimitRanges.RunAsync(cancellationToken), Probe.RunAsync(cancellationToken));

    private static NamespaceFacts Facts(string name, PartialObjectMetadata found) => new(name, found.Metadata.Labels ?? Nothing, found.Metadata.Annotations ?? Nothing);

    // The informer calls from one loop: there is one writer.
    private void Note(ResourceChange<JsonObject> change)
    {
        if (!MonitorReader.IsMoreThanStatus(change))
            return;
        var namespaceName = change.Key.Namespace ?? "";
        var known = MonitorsOf(namespaceName);
        var monitor = change.Type == WatchEventType.Deleted ? null : MonitorReader.Read(change.Entity, out _);
        _monitors[namespaceName] = monitor is null ? known.Without(change.Key.Name) : known.With(monitor);
    }

    private void NoteLimits(ResourceChange<JsonObject> change)
    {
        var namespaceName = change.Key.Namespace ?? "";
        var known = _limits.GetValueOrDefault(namespaceName).Ranges;
        var ranges = (known.IsDefault ? [] : known).RemoveAll(r => BuiltInEntities.LimitRanges.KeyOf(r) == change.Key);
        if (change.Type != WatchEventType.Deleted)
            ranges = ranges.Add(change.Entity);
        if (ranges.IsEmpty)
            _limits.TryRemove(namespaceName, out _);
        else
            _limits[namespaceName] = (ranges, NamespaceLimits.Of(ranges));
    }
}
