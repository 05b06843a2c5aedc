using System.Net;
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
/// list ─▶ store.Replace ─▶ watch after the list's version ─▶ store.Apply …
///   ▲ 410 as status or as event, 403, 404,       │ end, time-out, silence, broken line
///   │ version unknown to the server              │
///   └────────────────────────────────────────────┴▶ watch again after the last version seen
/// </code>
/// The first list asks for what the server has in its cache (resourceVersion=0), later ones for nothing older than the last version seen, so that the
/// store never goes back in time; when the server cannot give that, the newest state in pages (client-go's reflector).
/// </remarks>
/// <typeparam name="TEntity">The entity.</typeparam>
public sealed class Informer<TEntity>
    where TEntity : class
{
    // A server may ask for patience, but not switch the informer off.
    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromMinutes(5);

    private readonly IKubernetesClient _client;
    private readonly EntityType<TEntity> _type;
    private readonly InformerOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _timeProvider;
    private readonly Backoff _backoff;
    private readonly EntityStore<TEntity> _store;
    private readonly List<Action<ResourceChange<TEntity>>> _handlers = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Where a watch may start; opaque. Null before the first list.
    private string? _resourceVersion;
    private string? _listReason = "start";
    private volatile InformerState _state = new(HasSynced: false, IsConnected: false, LastError: null);

    /// <summary>Makes an informer; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="type">Registration of the entity.</param>
    /// <param name="options">What is kept.</param>
    /// <param name="log">For losing and regaining the server.</param>
    /// <param name="timeProvider">Clock for pauses.</param>
    public Informer(
        IKubernetesClient client,
        EntityType<TEntity> type,
        InformerOptions options,
        ILogger log,
        TimeProvider? timeProvider = null)
    {
        _client = client;
        _type = type;
        _options = options;
        _log = log.ForContext<Informer<TEntity>>();
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
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_listReason is { } reason)
                {
                    await ListAsync(reason, cancellationToken);
                    _listReason = null;
                }

                await WatchAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (ApiException exception) when (exception.IsExpired || exception.IsTooLargeResourceVersion)
            {
                // Not an error: the server forgot what lies between. The pause keeps a server that always says so from being flooded.
                EndWatch("expired", error: null);
                _listReason = "expired";
                await PauseAsync(exception.RetryAfter, cancellationToken);
            }
            catch (TimeoutException silence)
            {
                // No failure, and nothing to wait for: of a kind that does not change a server may have nothing to say for longer, bookmarks neither.
                // A path that is dead shows when the watch is opened again.
                _log.Debug("{Resource}: {Error} Opening another", _type.Metadata.ResourceName, silence.Message);
                EndWatch("stalled", error: null);
            }
            catch (ApiException exception)
            {
                Fail(exception);
                if (exception is { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.NotFound })
                {
                    // What comes back after a missing kind or right may be another history.
                    _listReason ??= "failed";
                }

                await PauseAsync(exception.RetryAfter, cancellationToken);
            }
        }
    }

    private async Task ListAsync(string reason, CancellationToken cancellationToken)
    {
        _client.Metrics?.Relisted(_type.Metadata.Plural, reason);
        var list = await ListCachedAsync(cancellationToken) ?? await ListNewestAsync(cancellationToken);
        Publish(_store.Replace(list.Items));
        _resourceVersion = list.Metadata.ResourceVersion;
        _state = _state with { HasSynced = true };
        _synced.TrySetResult();
    }

    // In one answer, since a server serves from its cache only what it is asked for without a limit.
    private async Task<EntityList<TEntity>?> ListCachedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _client.ListAsync(_type, _options.Namespace, Selection with { ResourceVersion = _resourceVersion ?? "0" }, cancellationToken);
        }
        catch (ApiException exception) when (exception.IsExpired || exception.IsTooLargeResourceVersion || exception.IsAnswerTooLarge)
        {
            _log.Debug("{Resource}: {Error} Listing the newest state", _type.Metadata.ResourceName, exception.Message);
            return null;
        }
    }

    private Task<EntityList<TEntity>> ListNewestAsync(CancellationToken cancellationToken) =>
        _client.ListAsync(_type, _options.Namespace, Selection with { Limit = _options.PageSize }, cancellationToken);

    private ListOptions Selection => new() { LabelSelector = _options.LabelSelector, FieldSelector = _options.FieldSelector };

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
        if (_listReason is null)
        {
            _client.Metrics?.WatchEnded(_type.Metadata.Plural, reason); // otherwise it was a list that failed
        }
    }

    private void Fail(ApiException exception)
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

        EndWatch("failed", exception.Message);
    }

    private async Task PauseAsync(TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var pause = _backoff.Next();
        if (retryAfter > pause)
        {
            pause = retryAfter < s_longestRetryAfter ? retryAfter.Value : s_longestRetryAfter;
        }

        try
        {
            await Task.Delay(pause, _timeProvider, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop sees it and ends.
        }
    }
}
