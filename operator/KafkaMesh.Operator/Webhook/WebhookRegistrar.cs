using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using Serilog;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// Keeps the webhook registration in line with the monitors and the authority: the leader looks when something changed
/// and twice a minute, and writes when it is not as it should be.
/// </summary>
internal sealed class WebhookRegistrar(
    IKubernetesClient client, ClusterCache cluster, WebhookCertificates certificates, string ownNamespace, string service, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly OutageLog _outage = new(log, "webhook registration");
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Replaced as a whole when the registration is as wanted.
    private volatile IReadOnlyDictionary<NamespacedName, RegistrationState> _states = new Dictionary<NamespacedName, RegistrationState>();
    private bool _conditionsRefused;

    /// <summary>What the stored registration says of a monitor.</summary>
    public RegistrationState StateOf(NamespacedName monitor) => _states.GetValueOrDefault(monitor, RegistrationState.Missing);

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
    }

    /// <summary>One look: writes the registration when it is not as it should be.</summary>
    /// <returns>False when it could not; the log says why.</returns>
    public async Task<bool> TryApplyAsync(CancellationToken cancellationToken)
    {
        if (certificates.CaBundle is not { } bundle)
            return false;
        try
        {
            var registration = new WebhookRegistration(ownNamespace, service, bundle, cluster.Probe.HasMatchConditions && !_conditionsRefused);
            var scopes = WebhookEntries.Scopes(cluster.AllMonitors(), registration);
            await StoreAsync(scopes, registration, cancellationToken);
            _states = States(scopes);
            _outage.Worked();
            return true;
        }
        catch (Exception error) when (error is ApiException or TimeoutException)
        {
            _outage.Failed(error.Message);
            return false;
        }
    }

    private async Task StoreAsync(IReadOnlyList<EntryScope> scopes, WebhookRegistration registration, CancellationToken cancellationToken)
    {
        var configuration = WebhookEntries.Configuration(scopes, registration);
        var stored = await client.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName, namespaceName: null, cancellationToken);
        if (WebhookEntries.IsStored(configuration, stored))
            return;
        try
        {
            await ApplyAsync(configuration, cancellationToken);
        }
        catch (ApiException error) when (registration.MatchConditions && error.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            // They only spare calls: no monitor shall go without its sidecars because of them.
            _conditionsRefused = true;
            log.Warning("the API server refuses the matchConditions of the webhook, which goes on without them: {Error}", error.Message);
            await ApplyAsync(WebhookEntries.Configuration(scopes, registration with { MatchConditions = false }), cancellationToken);
        }
    }

    private Task ApplyAsync(JsonObject configuration, CancellationToken cancellationToken) => client.PatchAsync(
        BuiltInEntities.MutatingWebhookConfigurations,
        V1Patch.Apply(configuration),
        WellKnownNames.WebhookConfigurationName,
        namespaceName: null,
        new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true },
        cancellationToken);

    private static Dictionary<NamespacedName, RegistrationState> States(IReadOnlyList<EntryScope> scopes) =>
        scopes.SelectMany(scope => scope.Monitors, (scope, monitor) => (scope, monitor)).ToDictionary(
            s => new NamespacedName(s.monitor.Namespace, s.monitor.Name),
            s => EntryScopes.IsWeakened(s.monitor, s.scope) ? RegistrationState.FailurePolicyIgnored : RegistrationState.Registered);

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = time.CreateTimer(_ => Note(), state: null, pause, Timeout.InfiniteTimeSpan);
        await _changes.Reader.ReadAsync(cancellationToken);
    }
}
