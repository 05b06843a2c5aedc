using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using Serilog;

namespace KafkaMesh.Kubernetes.Leadership;

/// <summary>
/// Lets one of several processes lead, by a lease. Judges other leaders by its own monotonic clock since it last saw them renew, so that wrong
/// clocks do no harm, and stops leading before its own lease can run out.
/// </summary>
public sealed class LeaderElector
{
    private static readonly TimeSpan s_releaseTimeout = TimeSpan.FromSeconds(3);

    private readonly IKubernetesClient _client;
    private readonly LeaderElectionConfig _config;
    private readonly ILogger _log;
    private readonly TimeProvider _timeProvider;

    private readonly LeaseView _lease;
    private long _renewedAt;
    private volatile bool _isLeader;

    /// <summary>Makes an elector; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="config">Lease and times.</param>
    /// <param name="log">For changes of leader.</param>
    /// <param name="timeProvider">Clock.</param>
    /// <exception cref="ArgumentException">The times do not fit together.</exception>
    public LeaderElector(IKubernetesClient client, LeaderElectionConfig config, ILogger log, TimeProvider? timeProvider = null)
    {
        config.Validate();
        _client = client;
        _config = config;
        _log = log.ForContext<LeaderElector>();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _lease = new LeaseView(config, _log, _timeProvider);
    }

    /// <summary>
    /// Whether this process leads now. Measured by the clock, so that it is false as soon as the lease was not renewed in time, also for a process
    /// that was suspended and has not been told to stop yet.
    /// </summary>
    public bool IsLeader => _isLeader && _timeProvider.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _config.RenewDeadline;

    /// <summary>
    /// Whether this process leads, by a look at the lease itself: before something that cannot name the version that it replaces. A machine that was
    /// suspended together with its clocks knows nothing of the time that has passed.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">The API server failed.</exception>
    public async Task<bool> ConfirmAsync(CancellationToken cancellationToken) =>
        IsLeader && (await _client.GetAsync(BuiltInEntities.Leases, _config.Name, _config.Namespace, cancellationToken))?.Spec?.HolderIdentity == _config.Identity && IsLeader;

    /// <summary>Who leads as far as known; null at first and while nobody does.</summary>
    public string? CurrentLeader => _lease.Leader;

    /// <summary>
    /// Waits for leadership, leads, and returns when leadership was lost, when the work ended by itself, or when cancelled; then the lease is
    /// released. After a loss the caller should end the process: a fresh one has no half-done work.
    /// </summary>
    /// <param name="lead">The work; must end within lease duration − renew deadline after its token is cancelled.</param>
    /// <param name="cancellationToken">Stops waiting or leading.</param>
    /// <returns>True when leadership was lost to the lease's time or to somebody else.</returns>
    public async Task<bool> RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        if (!await AcquireAsync(cancellationToken))
        {
            return false;
        }

        _log.Information("Leading as {Identity}", _config.Identity);
        _isLeader = true;
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = LeadAsync(lead, leading.Token);
        var lost = false;
        try
        {
            lost = await RenewAsync(work, cancellationToken);
        }
        finally
        {
            _isLeader = false;
            await leading.CancelAsync();
            try
            {
                await work;
            }
            catch (OperationCanceledException) when (leading.IsCancellationRequested)
            {
                _log.Debug("The leader's work has stopped");
            }
            finally
            {
                if (!lost)
                {
                    await ReleaseAsync();
                }
            }
        }

        return lost;
    }

    // What is thrown before the first wait ends the work like any other failure.
    private static async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken) => await lead(cancellationToken);

    private async Task<bool> AcquireAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // A process that was suspended on the way may hold a lease that others have taken since.
            if (await TryAcquireOrRenewAsync(_config.RenewDeadline, cancellationToken) && _timeProvider.GetElapsedTime(_renewedAt) < _config.RenewDeadline)
            {
                return true;
            }

            await PauseAsync(UntilNextAttempt(), stop: null, cancellationToken);
        }

        return false;
    }

    private async Task<bool> RenewAsync(Task work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && !work.IsCompleted)
        {
            var left = _config.RenewDeadline - _timeProvider.GetElapsedTime(_renewedAt);
            if (left <= TimeSpan.Zero)
            {
                _log.Error("Leadership lost: the lease could not be renewed for {Seconds} s", _config.RenewDeadline.TotalSeconds);
                return true;
            }

            await PauseAsync(left < _config.RetryPeriod ? left : _config.RetryPeriod, work, cancellationToken);
            left = _config.RenewDeadline - _timeProvider.GetElapsedTime(_renewedAt);
            if (left > TimeSpan.Zero && !work.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                await TryAcquireOrRenewAsync(left, cancellationToken);
                if (_lease.Observed?.Spec?.HolderIdentity is { Length: > 0 } holder && holder != _config.Identity)
                {
                    _log.Error("Leadership lost: {Holder} holds the lease", holder);
                    return true;
                }
            }
        }

        return false;
    }

    // One attempt; every failure means "not now".
    private async Task<bool> TryAcquireOrRenewAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, _timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        // Before sending: the lease runs from then on, however long the answer takes.
        var started = _timeProvider.GetTimestamp();
        try
        {
            if (!_isLeader || _lease.Observed is null)
            {
                _lease.Observe(await _client.GetAsync(BuiltInEntities.Leases, _config.Name, _config.Namespace, linked.Token));
            }

            if (_lease.TimeLeft > TimeSpan.Zero)
            {
                return false;
            }

            _lease.Observe(await WriteAsync(_lease.Claim(_config.Identity, _config.LeaseDuration), linked.Token));
            Volatile.Write(ref _renewedAt, started);
            return true;
        }
        catch (ApiException exception)
        {
            _log.Debug("Lease {Lease}: {Error}", _config.Name, exception.Message);
            if (exception.IsConflict || exception.IsAlreadyExists || exception.IsNotFound)
            {
                await RefreshAsync(linked.Token);
            }

            return false;
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            _lease.Observe(await _client.GetAsync(BuiltInEntities.Leases, _config.Name, _config.Namespace, cancellationToken));
        }
        catch (Exception exception) when (exception is ApiException or OperationCanceledException)
        {
            _log.Debug("Lease {Lease}: {Error}", _config.Name, exception.Message);
        }
    }

    // Jitter, so that the candidates do not ask in step. A lease that runs out before is asked for at once: nobody leads from then on.
    private TimeSpan UntilNextAttempt()
    {
        var jitter = _config.RetryPeriod * (Random.Shared.NextDouble() * 0.2);
        return (_lease.TimeLeft is var left && left > TimeSpan.Zero && left < _config.RetryPeriod ? left : _config.RetryPeriod) + jitter;
    }

    private Task<V1Lease> WriteAsync(V1Lease lease, CancellationToken cancellationToken) => _lease.Observed is null
        ? _client.CreateAsync(BuiltInEntities.Leases, lease, cancellationToken: cancellationToken)
        : _client.UpdateAsync(BuiltInEntities.Leases, lease, cancellationToken: cancellationToken);

    // Without this the successor would wait for the whole lease. A released lease needs a duration of at least 1.
    private async Task ReleaseAsync()
    {
        using var deadline = new CancellationTokenSource(s_releaseTimeout, _timeProvider);
        try
        {
            while (_lease.Observed?.Spec?.HolderIdentity == _config.Identity && !await TryReleaseAsync(deadline.Token))
            {
                // A renewal that was cancelled on its way may have been written all the same.
                _lease.Observe(await _client.GetAsync(BuiltInEntities.Leases, _config.Name, _config.Namespace, deadline.Token));
            }
        }
        catch (Exception exception) when (exception is ApiException or OperationCanceledException)
        {
            _log.Warning("The lease {Lease} could not be released and runs out by itself: {Error}", _config.Name, exception.Message);
        }
    }

    private async Task<bool> TryReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            _lease.Observe(await WriteAsync(_lease.Claim(holder: "", TimeSpan.FromSeconds(1)), cancellationToken));
            _log.Information("Leadership released");
            return true;
        }
        catch (ApiException exception) when (exception.IsConflict)
        {
            return false;
        }
    }

    private async Task PauseAsync(TimeSpan pause, Task? stop, CancellationToken cancellationToken)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(pause, _timeProvider, woken.Token);
        await Task.WhenAny(stop is null ? [delay] : [delay, stop]);
        await woken.CancelAsync();
    }
}
