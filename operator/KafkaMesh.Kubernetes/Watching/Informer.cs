using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using Serilog;

namespace KafkaMesh.Kubernetes.Watching;

/// <summary>
/// Keeps a store of all selected objects of a kind and reports every difference, deletes during an outage included. Handlers are added before
/// <see cref="RunAsync"/>, run one after another on its loop, and must only take a note (add a key to a work queue).
/// </summary>
/// <remarks>
/// <code>
/// list (pages, newest state) ─▶ store.Replace ─▶ watch after the list's version ─▶ store.Apply …
///   ▲ 410, as status or as event                    │ end, time-out, silence, broken line
///   └───────────────────────────────────────────────┴▶ watch again after the last version seen
/// </code>
/// Lists ask for the newest state rather than for the server's cache (resourceVersion=0): pages bound the memory, and the store never goes back in time.
/// </remarks>
/// <typeparam name="TEntity">The entity.</typeparam>
public sealed class Informer<TEntity>
    where TEntity : class
{
    private readonly IKubernetesClient _client;
    private readonly EntityType<TEntity> _type;
    private readonly InformerOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _timeProvider;
    private readonly IClientMetrics? _metrics;
    private readonly Backoff _backoff;
    private readonly EntityStore<TEntity> _store;
    private readonly List<Action<ResourceChange<TEntity>>> _handlers = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Where a watch may start; null asks for a list.
    private string? _resourceVersion;
    private volatile InformerState _state = new(HasSynced: false, IsConnected: false, LastError: null);

    /// <summary>Makes an informer; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="type">Registration of the entity.</param>
    /// <param name="options">What is kept.</param>
    /// <param name="log">For losing and regaining the server.</param>
    /// <param name="metrics">Hooks for figures.</param>
    /// <param name="timeProvider">Clock for pauses.</param>
    public Informer(
        IKubernetesClient client,
        EntityType<TEntity> type,
        InformerOptions options,
        ILogger log,
        IClientMetrics? metrics = null,
        TimeProvider? timeProvider = null)
    {
        _client = client;
        _type = type;
        _options = options;
        _log = log.ForContext<Informer<TEntity>>();
        _metrics = metrics;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _backoff = new Backoff(options.MinBackoff, options.MaxBackoff, _timeProvider);
        _store = new EntityStore<TEntity>(type);
    }

    /// <summary>The cache.</summary>
    public IEntityStore<TEntity> Store => _store;

    /// <summary>Registration of the entity.</summary>
    public EntityType<TEntity> Type => _type;

    /// <summary>How it is doing.</summary>
    public InformerState State => _state;

    /// <summary>Adds a handler; only before <see cref="RunAsync"/>.</summary>
    /// <param name="handler">Takes a note of a change; must neither block nor throw.</param>
    public void AddHandler(Action<ResourceChange<TEntity>> handler) => _handlers.Add(handler);

    /// <summary>Completes when the first list is in the store and was handed to the handlers.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    /// <summary>Runs until cancelled; failures are logged, shown in <see cref="State"/> and tried again with backoff.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var listReason = "start";
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_resourceVersion is null)
                {
                    await ListAsync(listReason, cancellationToken);
                }

                await WatchAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (ApiException exception) when (exception.IsExpired)
            {
                // Not an error: the server forgot what lies between. The pause keeps a server that always says so from being flooded.
                EndWatch("expired", error: null);
                _resourceVersion = null;
                listReason = "expired";
                await PauseAsync(retryAfter: null, cancellationToken);
            }
            catch (Exception exception) when (exception is ApiException or TimeoutException)
            {
                Fail(exception);
                listReason = "failed";
                await PauseAsync((exception as ApiException)?.RetryAfter, cancellationToken);
            }
        }
    }

    private async Task ListAsync(string reason, CancellationToken cancellationToken)
    {
        _metrics?.Relisted(_type.Metadata.Plural, reason);
        var list = await _client.ListAsync(
            _type,
            _options.Namespace,
            new ListOptions { LabelSelector = _options.LabelSelector, FieldSelector = _options.FieldSelector, Limit = _options.PageSize },
            cancellationToken);
        Publish(_store.Replace(list.Items));
        _resourceVersion = list.Metadata.ResourceVersion;
        _state = _state with { HasSynced = true };
        _synced.TrySetResult();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var started = _timeProvider.GetTimestamp();
        var options = new WatchOptions
        {
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
            ResourceVersion = _resourceVersion,
            // Random, so that many watches do not end together.
            Timeout = _options.WatchTimeout * (1 + Random.Shared.NextDouble()),
            StallTimeout = _options.StallTimeout,
            Opened = Connected,
        };
        await foreach (var change in _client.WatchAsync(_type, _options.Namespace, options, cancellationToken))
        {
            if (change.Entity is { } entity)
            {
                Publish(_store.Apply(change.Type, entity));
            }

            // Only now: had a handler thrown, the event would come again.
            _resourceVersion = change.ResourceVersion;
        }

        EndWatch("closed", error: null);
        if (_timeProvider.GetElapsedTime(started) < TimeSpan.FromSeconds(1))
        {
            // A server that closes at once (shutting down, or behind a broken proxy) must not be asked in a tight loop.
            await PauseAsync(retryAfter: null, cancellationToken);
        }
    }

    private void Publish(List<ResourceChange<TEntity>> changes)
    {
        foreach (var change in changes)
        {
            foreach (var handler in _handlers)
            {
                handler(change);
            }
        }
    }

    private void Connected()
    {
        if (_state.LastError is not null)
        {
            _log.Information("Watching {Resource} again", _type.Metadata.ResourceName);
        }

        _state = _state with { IsConnected = true, LastError = null };
    }

    private void EndWatch(string reason, string? error)
    {
        _state = _state with { IsConnected = false, LastError = error };
        _metrics?.WatchEnded(_type.Metadata.Plural, reason);
    }

    private void Fail(Exception exception)
    {
        // A failure is said once at Warning; its repetitions would only fill the log of an outage.
        if (_state.LastError is null)
        {
            _log.Warning("{Resource}: {Error} Trying again", _type.Metadata.ResourceName, exception.Message);
        }
        else
        {
            _log.Debug("{Resource}: {Error}", _type.Metadata.ResourceName, exception.Message);
        }

        EndWatch(exception is TimeoutException ? "stalled" : "failed", exception.Message);
    }

    private async Task PauseAsync(TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var pause = _backoff.Next();
        try
        {
            await Task.Delay(retryAfter > pause ? retryAfter.Value : pause, _timeProvider, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop sees it and ends.
        }
    }
}
