using System.Collections.Concurrent;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Queueing;
using KafkaMesh.Kubernetes.Watching;
using Serilog;

namespace KafkaMesh.Kubernetes.Reconciliation;

/// <summary>
/// Leads the changes of an informer through a work queue to a controller: newest state, one worker per key, retries with backoff. Until it
/// runs it notes nothing, so that a standby holds nothing; then it begins with all that exists.
/// </summary>
/// <typeparam name="TEntity">The entity.</typeparam>
public sealed class EntityReconciler<TEntity> : IDisposable
    where TEntity : class
{
    private readonly string _name;
    private readonly Informer<TEntity> _informer;
    private readonly IEntityController<TEntity> _controller;
    private readonly ILogger _log;
    private readonly IReconcileMetrics? _metrics;
    private readonly Func<ResourceChange<TEntity>, bool>? _isRelevant;
    private readonly TimeProvider _timeProvider;
    private readonly WorkQueue<NamespacedName> _queue;
    private readonly ConcurrentDictionary<NamespacedName, TEntity> _deleted = new();
    private volatile bool _runs;

    /// <summary>Makes a reconciler and adds itself to the informer, which must not run yet.</summary>
    /// <param name="name">Name for logs and metrics.</param>
    /// <param name="informer">Source of entities; the caller runs it.</param>
    /// <param name="controller">What is to be done.</param>
    /// <param name="log">For failures.</param>
    /// <param name="queueOptions">Pace of retries.</param>
    /// <param name="metrics">Hooks for figures.</param>
    /// <param name="timeProvider">Clock.</param>
    /// <param name="isRelevant">Which changes call for a reconciliation; null for all. Deletes always do.</param>
    public EntityReconciler(
        string name,
        Informer<TEntity> informer,
        IEntityController<TEntity> controller,
        ILogger log,
        WorkQueueOptions? queueOptions = null,
        IReconcileMetrics? metrics = null,
        TimeProvider? timeProvider = null,
        Func<ResourceChange<TEntity>, bool>? isRelevant = null)
    {
        _name = name;
        _isRelevant = isRelevant;
        _informer = informer;
        _controller = controller;
        _log = log.ForContext("Controller", name);
        _metrics = metrics;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _queue = new WorkQueue<NamespacedName>(queueOptions, timeProvider);
        informer.AddHandler(Note);
    }

    /// <summary>Keys that wait for a worker.</summary>
    public int QueueLength => _queue.Length;

    /// <summary>Asks for a reconciliation for a reason that is not a change of the entity: a pod of it, a timer, a report.</summary>
    /// <param name="key">Key of the entity.</param>
    public void Enqueue(NamespacedName key) => _queue.Add(key);

    /// <summary>Works once the informer has synced, until cancelled; work that has begun is finished first.</summary>
    /// <param name="workers">How many keys are worked on at a time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(int workers, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        try
        {
            await _informer.WaitForSyncAsync(cancellationToken);
            _runs = true;
            foreach (var entity in _informer.Store.List())
            {
                _queue.Add(_informer.Type.KeyOf(entity));
            }

            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _log.Debug("{Controller} stops", _name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private void Note(ResourceChange<TEntity> change)
    {
        if (!_runs)
        {
            return;
        }

        if (change.Type == WatchEventType.Deleted)
        {
            _deleted[change.Key] = change.Entity;
        }
        else if (_isRelevant?.Invoke(change) == false)
        {
            return;
        }

        _queue.Add(change.Key);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (hasKey, key) = await _queue.TakeAsync(cancellationToken);
            if (!hasKey)
            {
                return;
            }

            try
            {
                await ReconcileAsync(key, cancellationToken);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    private async Task ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        var started = _timeProvider.GetTimestamp();
        string outcome;
        try
        {
            outcome = Schedule(key, await CallAsync(key, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (ApiException exception) when (exception.IsConflict || exception.IsAlreadyExists)
        {
            // Somebody was faster: the watch brings the newer state, and the next attempt sees it.
            _log.Debug("{Key}: {Error}", key.ToString(), exception.Message);
            _queue.AddRateLimited(key);
            outcome = "conflict";
        }
#pragma warning disable CA1031 // whatever a controller throws concerns this key only; the others go on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _log.Error(exception, "{Controller} failed on {Key}; trying again", _name, key.ToString());
            _queue.AddRateLimited(key);
            outcome = "exception";
        }

        _metrics?.Reconciled(_name, outcome, _timeProvider.GetElapsedTime(started));
    }

    private async Task<ReconciliationResult> CallAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (_deleted.TryGetValue(key, out var deleted))
        {
            var result = await _controller.DeletedAsync(deleted, cancellationToken);
            if (!result.IsSuccess)
            {
                return result;
            }

            // Only this state: had it come back and gone again meanwhile, that delete is still to be handled.
            _deleted.TryRemove(KeyValuePair.Create(key, deleted));
        }

        return _informer.Store.Get(key) is { } entity ? await _controller.ReconcileAsync(entity, cancellationToken) : ReconciliationResult.Success();
    }

    private string Schedule(NamespacedName key, ReconciliationResult result)
    {
        if (result.IsSuccess)
        {
            _queue.Forget(key);
        }
        else
        {
            _log.Warning("{Controller} could not reconcile {Key}: {Error}", _name, key.ToString(), result.ErrorMessage);
        }

        if (result.RequeueAfter is { } delay)
        {
            _queue.AddAfter(key, delay);
        }
        else if (!result.IsSuccess)
        {
            _queue.AddRateLimited(key);
        }

        return result switch
        {
            { IsSuccess: false } => "failure",
            { RequeueAfter: not null } => "requeue",
            _ => "success",
        };
    }
}
