using System.Threading.Channels;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using Serilog;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// Keeps the webhook registration in line with the monitors and the authority: the leader applies it when something
/// changed, and twice a minute in case somebody else changed it.
/// </summary>
internal sealed class WebhookRegistrar(
    IKubernetesClient client, ClusterCache cluster, WebhookCertificates certificates, string ownNamespace, string service, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly OutageLog _outage = new(log, "webhook registration");
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Replaced as a whole after each apply.
    private volatile IReadOnlySet<(string Namespace, string Name)> _registered = new HashSet<(string, string)>();

    /// <summary>Whether the stored registration has an entry for a monitor.</summary>
    public bool IsRegistered(string namespaceName, string name) => _registered.Contains((namespaceName, name));

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

    private async Task<bool> TryApplyAsync(CancellationToken cancellationToken)
    {
        if (certificates.CaBundle is not { } bundle)
            return false;
        try
        {
            var monitors = cluster.AllMonitors();
            var configuration = WebhookEntries.Configuration(monitors, service, ownNamespace, bundle);
            await client.PatchAsync(
                BuiltInEntities.MutatingWebhookConfigurations,
                V1Patch.Apply(configuration),
                WellKnownNames.WebhookConfigurationName,
                namespaceName: null,
                new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true },
                cancellationToken);
            _registered = monitors.Select(m => (m.Namespace, m.Name)).ToHashSet();
            _outage.Worked();
            return true;
        }
        catch (Exception error) when (error is ApiException or TimeoutException)
        {
            _outage.Failed(error.Message);
            return false;
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = time.CreateTimer(_ => Note(), state: null, pause, Timeout.InfiniteTimeSpan);
        await _changes.Reader.ReadAsync(cancellationToken);
    }
}
