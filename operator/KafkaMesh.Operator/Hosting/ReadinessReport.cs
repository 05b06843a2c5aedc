using KafkaMesh.Operator.Certificates;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Says whether this replica can do its work, and if not why.</summary>
internal sealed class ReadinessReport(ClusterCache cluster, WebhookCertificates certificates, TimeProvider time)
{
    // A watch is opened anew every few minutes, and a busy API server may take a moment.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private long _connectedAt = time.GetTimestamp();
    private volatile bool _stopping;

    /// <summary>From now on not ready: the Service stops sending requests.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Whether this replica is about to end.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Null when ready, else one sentence.</summary>
    public string? Problem()
    {
        if (_stopping)
            return "shutting down";
        if (!cluster.Monitors.State.HasSynced)
            return Say("KafkaMonitors are not known yet", cluster.Monitors.State.LastError);
        if (!cluster.Namespaces.State.HasSynced)
            return Say("namespaces are not known yet", cluster.Namespaces.State.LastError);

        // They only shape what a sidecar requests: a role of an earlier release, which does not let them be read, must not stop injection.
        if (cluster.LimitRanges.State is { HasSynced: false, LastError: null })
            return "LimitRanges are not known yet";
        if (certificates.Serving is null)
            return Say("the webhook has no certificate yet", certificates.LastError);
        if (certificates.AwaitsTrust)
            return Say("the webhook registration does not hold the authority of this replica's certificate yet", certificates.LastError);
        if (!cluster.Probe.IsKnown)
            return "it is not known yet whether the cluster has native sidecars";
        return Connection();
    }

    private string? Connection()
    {
        var state = cluster.Monitors.State;
        if (state.IsConnected || state.LastError is null)
        {
            Volatile.Write(ref _connectedAt, time.GetTimestamp());
            return null;
        }
        var silence = time.GetElapsedTime(Volatile.Read(ref _connectedAt));
        return silence < Patience ? null : Say($"the API server has been unreachable for {(int)silence.TotalSeconds} s", state.LastError);
    }

    private static string Say(string problem, string? error) => error is null ? problem : $"{problem}: {error}";
}
