using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Kubernetes.Leadership;
using KafkaMesh.Kubernetes.Reconciliation;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Dashboard;
using KafkaMesh.Operator.Dashboard.Leader;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Webhook;
using Microsoft.AspNetCore.Builder;
using Serilog;

namespace KafkaMesh.Operator.Hosting;

/// <summary>
/// Composes and runs the operator. Every replica serves the webhook from its own caches; one of them, the leader,
/// registers it and keeps the status of monitors.
/// </summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    // Each waits for sidecars most of the time: few silent ones must not hold up the monitors of others.
    private const int Workers = 64;
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(3);

    private readonly OperatorOptions _options;
    private readonly IKubernetesClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _identity;
    private readonly SidecarDefaults _defaults;
    private readonly OperatorMetrics _metrics;
    private readonly ClusterCache _cluster;
    private readonly WebhookCertificates _certificates;
    private readonly WebhookRegistrar _registrar;
    private readonly EventRecorder _events;
    private readonly ReadinessReport _readiness;
    private readonly StatsCollector _collector;
    private readonly OrphanReporter _orphans;
    private readonly MonitorController _controller;
    private readonly EntityReconciler<JsonObject> _reconciler;
    private readonly BodyRoom _bodyRoom = new(BodyRoom.OperatorBytes);
    private readonly WebApplication _webhook;
    private readonly WebApplication _diagnostics;
    private readonly DashboardServer? _dashboard;
    private LeaderElector? _elector;
    private volatile bool _leads;

    /// <summary>Composes everything; nothing runs yet.</summary>
    public OperatorProcess(OperatorOptions options, IKubernetesClient client, TimeProvider time, ILogger log, OperatorMetrics? metrics = null)
    {
        (_options, _client, _time, _log) = (options, client, time, log);
        _metrics = metrics ?? new OperatorMetrics(ProductVersion.Text);
        _identity = LeaderElectionConfig.UniqueIdentity(Environment.MachineName);
        _defaults = new SidecarDefaults(options.ProxyImage, options.ProxyImagePullPolicy, ProductVersion.Text) { PullSecrets = options.ProxyImagePullSecrets };
        _cluster = new ClusterCache(client, options.Namespace, time, log) { DefaultPodSecurity = options.DefaultPodSecurity };
        _certificates = new WebhookCertificates(client, options.Namespace, options.ServiceName, options.WebhookCertDirectory, _metrics, time, log);
        _collector = new StatsCollector(FetchTimeout, new StatsTokens(() => _certificates.Access, time));
        _events = new EventRecorder(client, WellKnownNames.OperatorName, _identity, log, time);
        var protectedNamespaces = new ProtectedNamespaces(options.Namespace, options.ProtectedNamespaces);
        _registrar = new WebhookRegistrar(client, _cluster, _certificates, protectedNamespaces, options.ServiceName, _events, _metrics, time, log);
        _readiness = new ReadinessReport(_cluster, _certificates, time);
        _orphans = new OrphanReporter(client, _cluster.Monitors, _events, time, log);
        var owners = new WorkloadOwners(client, log);
        var rollout = new PodRollout(client, new OperatorReplicas(client, options.Namespace, time), owners, _events, time, log);
        _controller = new MonitorController(
            client, _cluster, new MonitorCollection(_collector, _metrics, time, log), new SkippedPodReporter(owners, _events, time, log), new MonitorReporter(_events), _orphans,
            rollout, _defaults, protectedNamespaces, time, log);
        _reconciler = new EntityReconciler<JsonObject>("kafkamonitor", _cluster.Monitors, _controller, log, metrics: new ReconcileMetrics(_metrics), timeProvider: time, isRelevant: MonitorReader.IsMoreThanStatus);
        _controller.Enqueue = _reconciler.Enqueue;
        _controller.RegistrationOf = _registrar.StateOf;
        _controller.MayWrite = _registrar.MayWrite = () => !options.LeaderElect || _elector?.IsLeader == true;
        rollout.Leads = async token => !options.LeaderElect || (_elector is { } elector && await elector.ConfirmAsync(token));
        _cluster.Monitors.AddHandler(change =>
        {
            if (MonitorReader.IsMoreThanStatus(change))
                _registrar.Note();
        });
        _cluster.Namespaces.AddHandler(change =>
        {
            // It holds the switch of the whole cluster, which every monitor's conditions tell.
            if (change.Key.Name == options.Namespace)
                _controller.EnqueueAll();
        });
        _certificates.BundleChanged = _registrar.Note;
        var handler = new AdmissionHandler(_cluster, () => _defaults with { AccessKey = _certificates.Access?.PublicKey }, protectedNamespaces, _metrics, _events, log);
        _webhook = HttpServers.Webhook(options.WebhookPort, _certificates, new AdmissionEndpoint(handler, _bodyRoom, _metrics, time, () => _readiness.IsStopping), log);
        _diagnostics = HttpServers.Diagnostics(options.MetricsPort, _metrics, _readiness, log);
        if (options.Dashboard is not null)
        {
            _dashboard = new DashboardServer(options.Dashboard, client, _cluster, _certificates, () => _leads, () => _elector?.CurrentLeader, time, log);
            _controller.Collected = _dashboard.Figures.Take;
        }
    }

    /// <summary>Port of the webhook, once <see cref="RunAsync"/> has started it.</summary>
    public int WebhookPort => HttpServers.PortOf(_webhook);

    /// <summary>Port of metrics and probes, once <see cref="RunAsync"/> has started it.</summary>
    public int MetricsPort => HttpServers.PortOf(_diagnostics);

    /// <summary>The dashboard; null when it is off.</summary>
    public DashboardServer? Dashboard => _dashboard;

    /// <summary>Runs until told to stop, then serves on for the shutdown delay.</summary>
    /// <param name="started">Called when all servers listen.</param>
    /// <param name="stop">SIGTERM.</param>
    /// <returns>False when leadership was lost: then a fresh process should take over.</returns>
    public async Task<bool> RunAsync(Action started, CancellationToken stop)
    {
        await HttpServers.StartAsync(_diagnostics, "--metrics-port", _options.MetricsPort);
        await HttpServers.StartAsync(_webhook, "--webhook-port", _options.WebhookPort);
        if (_dashboard is not null)
            await _dashboard.StartAsync();
        _log.Information("webhook on port {Webhook}, metrics and probes on port {Metrics}, dashboard {Dashboard}", WebhookPort, MetricsPort, _dashboard is null ? "off" : $"on port {_dashboard.Port}");
        started();

        using var serving = new CancellationTokenSource();
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var caches = BackgroundTasks.RunAsync(_cluster.RunAsync(serving.Token), _certificates.RunAsync(serving.Token), _events.RunAsync(serving.Token));
        var leader = LeadAsync(leading.Token);
        var lost = false;
        try
        {
            await WaitAsync(leader, caches, stop);
            lost = !stop.IsCancellationRequested;
        }
        finally
        {
            await leading.CancelAsync();
            await leader;
            await DrainAsync(lost);
            await serving.CancelAsync();
            await caches;
        }
        return !lost;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reconciler.Dispose();
        _controller.Dispose();
        _collector.Dispose();
        await _webhook.DisposeAsync();
        await _diagnostics.DisposeAsync();
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
        _bodyRoom.Dispose();
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        if (!_options.LeaderElect)
        {
            await ControlAsync(cancellationToken);
            return;
        }
        var identity = LeaderIdentity.With(_identity, _options.Dashboard?.PodIP, _dashboard?.Port);
        var config = new LeaderElectionConfig { Namespace = _options.Namespace, Name = WellKnownNames.OperatorName, Identity = identity }.WithLease(_options.LeaseDuration);
        _elector = new LeaderElector(_client, config, _log, _time);
        var lost = await _elector.RunAsync(ControlAsync, cancellationToken);
        if (lost)
            _log.Error("leadership was lost; this process ends so that a fresh one takes over");
    }

    private async Task ControlAsync(CancellationToken cancellationToken)
    {
        _leads = true;
        _metrics.SetLeader(leads: true);
        try
        {
            await BackgroundTasks.RunAsync(_registrar.RunAsync(cancellationToken), _reconciler.RunAsync(Workers, cancellationToken), _orphans.RunAsync(cancellationToken));
        }
        finally
        {
            _leads = false;
            _metrics.SetLeader(leads: false);
        }
    }

    private static async Task WaitAsync(Task leader, Task caches, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);

        // A background task that ends before it is told to has failed: awaiting it throws what went wrong.
        var first = await Task.WhenAny(stopped.Task, leader, caches);
        await first;
    }

    // API servers learn late that this replica is gone: it answers on for a while after it has become unready.
    private async Task DrainAsync(bool lost)
    {
        _readiness.Stop();
        if (!lost)
            _log.Information("stopping; serving for {Seconds} s more", _options.ShutdownDelaySeconds);
        await Task.Delay(TimeSpan.FromSeconds(_options.ShutdownDelaySeconds), _time, CancellationToken.None);
        if (_dashboard is not null)
            await _dashboard.StopAsync();
        await _webhook.StopAsync(CancellationToken.None);
        await _diagnostics.StopAsync(CancellationToken.None);
    }
}
