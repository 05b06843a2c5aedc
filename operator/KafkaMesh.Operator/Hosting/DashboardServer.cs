using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Dashboard;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Leader;
using KafkaMesh.Operator.Dashboard.Taps;
using Microsoft.AspNetCore.Builder;
using Serilog;

namespace KafkaMesh.Operator.Hosting;

/// <summary>The dashboard of one replica, with what it needs of the rest of the operator.</summary>
internal sealed class DashboardServer : IAsyncDisposable
{
    private readonly DashboardOptions _options;
    private readonly SidecarClient _sidecars;
    private readonly LeaderForwarder _leader;
    private readonly AccessReviews _reviews;
    private readonly WebApplication _app;

    /// <summary>Composes it; nothing listens yet.</summary>
    /// <param name="options">How it is served.</param>
    /// <param name="client">The API server.</param>
    /// <param name="cluster">The monitors that exist.</param>
    /// <param name="certificates">Holds the key that sidecars trust.</param>
    /// <param name="isLeader">This replica leads.</param>
    /// <param name="currentLeader">Identity of the leader; null while nobody leads.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public DashboardServer(
        DashboardOptions options, IKubernetesClient client, ClusterCache cluster, WebhookCertificates certificates, Func<bool> isLeader, Func<string?> currentLeader, TimeProvider time, ILogger log)
    {
        _options = options;
        Figures = new FigureStore(log, key => cluster.Monitors.Store.Get(key) is { } monitor ? (string?)monitor["metadata"]?["uid"] : null);
        cluster.Monitors.AddHandler(change =>
        {
            if (change.Type == WatchEventType.Deleted)
                Figures.Forget(change.Key);
            else if (change.Type == WatchEventType.Added)
                Figures.Note();
        });
        _reviews = new AccessReviews(client, time);
        _sidecars = new SidecarClient(() => certificates.Access, time);
        _leader = new LeaderForwarder(() => LeaderIdentity.AddressOf(currentLeader()), time);
        Endpoint = new DashboardEndpoint(
            new DashboardParts(
                options,
                cluster.Monitors.Store,
                Figures,
                _reviews,
                _sidecars,
                _leader,
                isLeader,
                () => cluster.Monitors.State.HasSynced ? null : "the operator has just started and does not know the KafkaMonitors yet",
                time),
            log);
        _app = HttpServers.Dashboard(options.Port, Endpoint, log);
    }

    /// <summary>What the controller tells.</summary>
    public FigureStore Figures { get; }

    /// <summary>Answers requests.</summary>
    public DashboardEndpoint Endpoint { get; }

    /// <summary>Its port, once it has started.</summary>
    public int Port => HttpServers.PortOf(_app);

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ListenException">The port is taken or not allowed.</exception>
    public Task StartAsync() => HttpServers.StartAsync(_app, "--dashboard-port", _options.Port);

    /// <summary>Ends the streams and stops listening.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Endpoint.Dispose();
        _reviews.Dispose();
        _sidecars.Dispose();
        _leader.Dispose();
    }
}
