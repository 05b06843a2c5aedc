using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using Serilog;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// Keeps the webhook registration in line with the monitors and the authority: the leader looks when something changed
/// and twice a minute, and writes when it is not as it should be.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="cluster">All monitors, and what the API server can do.</param>
/// <param name="certificates">What the API server shall trust.</param>
/// <param name="protectedNamespaces">Where nothing is injected, the operator's own among them.</param>
/// <param name="service">Service through which API servers call.</param>
/// <param name="events">Tells that the registration is gone.</param>
/// <param name="metrics">Learns whether the registration is as it should be.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed class WebhookRegistrar(
    IKubernetesClient client, ClusterCache cluster, WebhookCertificates certificates, ProtectedNamespaces protectedNamespaces, string service,
    IEventRecorder events, OperatorMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>So long a registration that somebody deleted stays away: an uninstallation deletes it too, and ends the operator within seconds.</summary>
    public static readonly TimeSpan RestoreDelay = TimeSpan.FromSeconds(30);

    /// <summary>So long the API server is not asked again to take matchConditions that it refused.</summary>
    public static readonly TimeSpan ConditionsPause = TimeSpan.FromMinutes(30);

    /// <summary>
    /// So long an entry that is new or says something new is not relied on: each API server learns of it by its own informer, and admits pods without it
    /// until then.
    /// </summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly OutageLog _outage = new(log, "webhook registration");
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Replaced as a whole after every look that told what is stored; none before the first.
    private volatile IReadOnlyDictionary<NamespacedName, StoredEntry>? _entries;
    private long? _missingSince;
    private long? _conditionsRefusedAt;

    /// <summary>Whether this replica leads for certain, asked just before each write; set by whoever elects.</summary>
    public Func<bool> MayWrite { get; set; } = () => true;

    /// <summary>What the stored registration says of a monitor.</summary>
    public RegistrationState StateOf(NamespacedName monitor)
    {
        if (_entries is not { } entries || !entries.TryGetValue(monitor, out var entry))
            return RegistrationState.Missing;
        return entry.NewSince is { } since && time.GetElapsedTime(since) < SettleTime ? RegistrationState.Settling : entry.State;
    }

    /// <summary>Notes that a monitor changed.</summary>
    public void Note() => _changes.Writer.TryWrite(true);

    /// <summary>Registers until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            // An empty cache must not unregister every monitor.
            await cluster.Monitors.WaitForSyncAsync(cancellationToken);
            while (true)
            {
                var applied = await TryApplyAsync(cancellationToken);
                await WaitAsync(applied ? Interval : RetryInterval, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Debug("webhook registration stops");
        }
        finally
        {
            metrics.SetRegistered(null);
        }
    }

    /// <summary>One look: writes the registration when it is not as it should be.</summary>
    /// <returns>False when it is not as it should be afterwards; the log says why.</returns>
    public async Task<bool> TryApplyAsync(CancellationToken cancellationToken)
    {
        var applied = false;
        try
        {
            applied = certificates.CaBundle is { } bundle && await ApplyAsync(bundle, cancellationToken);
            if (applied)
                _outage.Worked();
        }
        catch (Exception error) when (error is ApiException or TimeoutException)
        {
            _outage.Failed(error.Message);
        }
        metrics.SetRegistered(applied);
        return applied;
    }

    private async Task<bool> ApplyAsync(string bundle, CancellationToken cancellationToken)
    {
        var registration = new WebhookRegistration(protectedNamespaces, service, bundle, cluster.Probe.HasMatchConditions && !AreConditionsRefused());
        var scopes = WebhookEntries.Scopes(cluster.AllMonitors(), registration);
        var wanted = WebhookEntries.Configuration(scopes, registration);
        var stored = await client.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName, namespaceName: null, cancellationToken);
        if (IsTooEarlyToRestore(stored))
        {
            _entries = new Dictionary<NamespacedName, StoredEntry>();
            return false;
        }
        if (WebhookEntries.IsStored(wanted, stored))
        {
            Remember(scopes, newEntries: []);
            return true;
        }
        if (!MayWrite())
            return false;
        try
        {
            await StoreAsync(wanted, stored, scopes, registration, cancellationToken);
        }
        catch (Exception error) when (error is ApiException or TimeoutException)
        {
            // What was registered before may be gone, or never have come to be.
            Remember(scopes.Where(s => WebhookEntries.Effective(wanted, stored, s) is { } entry && certificates.IsTrustedBy(entry)), newEntries: []);
            throw;
        }
        Remember(scopes, newEntries: [.. scopes.Where(s => WebhookEntries.Effective(wanted, stored, s) is null).Select(s => s.Name)]);
        return true;
    }

    private bool IsTooEarlyToRestore(JsonObject? stored)
    {
        if (stored is not null)
        {
            _missingSince = null;
            return false;
        }
        if (_missingSince is null)
        {
            _missingSince = time.GetTimestamp();
            var message = $"MutatingWebhookConfiguration {WellKnownNames.WebhookConfigurationName} is gone: pods that start now get no sidecar. It is made again in {RestoreDelay.TotalSeconds:0} s.";
            log.Warning("{Message:l}", message);
            events.Record(Subject, EventType.Warning, "KafkaWebhookMissing", message);
        }
        return time.GetElapsedTime(_missingSince.Value) < RestoreDelay;
    }

    // Over what was looked at and nothing else: a leader that was suspended on the way must not put old entries over its successor's.
    private async Task StoreAsync(JsonObject wanted, JsonObject? stored, IReadOnlyList<EntryScope> scopes, WebhookRegistration registration, CancellationToken cancellationToken)
    {
        var version = stored is null ? null : EntityType.RawMetadata(stored).ResourceVersion;
        try
        {
            await PatchAsync(wanted, version, cancellationToken);
        }
        catch (ApiException error) when (registration.MatchConditions && error.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            // They only spare calls: no monitor shall go without its sidecars because of them.
            await PatchAsync(WebhookEntries.Configuration(scopes, registration with { MatchConditions = false }), version, cancellationToken);

            // Without them it was taken: it was them.
            _conditionsRefusedAt = time.GetTimestamp();
            log.Warning("the API server refuses the matchConditions of the webhook, which goes on without them: {Error}", error.Message);
        }
    }

    // Another monitor may have caused it, or an API server that is newer by now.
    private bool AreConditionsRefused() => _conditionsRefusedAt is { } refused && time.GetElapsedTime(refused) < ConditionsPause;

    private static V1ObjectReference Subject => new()
    {
        ApiVersion = "admissionregistration.k8s.io/v1",
        Kind = "MutatingWebhookConfiguration",
        Name = WellKnownNames.WebhookConfigurationName,
    };

    private Task PatchAsync(JsonObject configuration, string? version, CancellationToken cancellationToken)
    {
        if (version is not null)
            configuration["metadata"]!["resourceVersion"] = version;
        return client.PatchAsync(
            BuiltInEntities.MutatingWebhookConfigurations,
            V1Patch.Apply(configuration),
            WellKnownNames.WebhookConfigurationName,
            namespaceName: null,
            new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true },
            cancellationToken);
    }

    // What is found at the first look was there before this replica led; what was missing at the last one is new, whoever wrote it.
    private void Remember(IEnumerable<EntryScope> stored, HashSet<string> newEntries)
    {
        var (before, now) = (_entries, time.GetTimestamp());
        var entries = new Dictionary<NamespacedName, StoredEntry>();
        foreach (var scope in stored)
        {
            var isNew = newEntries.Contains(scope.Name);
            foreach (var monitor in scope.Monitors)
            {
                var name = new NamespacedName(monitor.Namespace, monitor.Name);
                var state = EntryScopes.IsWeakened(monitor, scope) ? RegistrationState.FailurePolicyIgnored : RegistrationState.Registered;
                var known = before?.GetValueOrDefault(name);
                entries[name] = new StoredEntry(state, isNew || (before is not null && known is null) ? now : known?.NewSince);
            }
        }
        _entries = entries;
    }

    private sealed record StoredEntry(RegistrationState State, long? NewSince);

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = time.CreateTimer(_ => Note(), state: null, pause, Timeout.InfiniteTimeSpan);
        await _changes.Reader.ReadAsync(cancellationToken);
    }
}
