using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Kubernetes.Watching;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>An informer and the server that it watches.</summary>
internal sealed class InformerRun : IAsyncDisposable, IClientMetrics
{
    private readonly ObjectHistory _history;
    private readonly ConcurrentQueue<string> _changes = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource _cut = new();
    private FaultyApiServer _server = null!;
    private KubernetesClient _client = null!;
    private Task _running = Task.CompletedTask;
    private (int Left, Func<HttpContext, Task> Answer) _watchFault;
    private (int Left, Func<HttpContext, Task> Answer, bool OnlyContinued) _listFault;

    private int _endedWatches;

    private InformerRun(ObjectHistory history) => _history = history;

    public Informer<JsonObject> Informer { get; private set; } = null!;

    /// <summary>Changes as <c>Added name</c>, in order.</summary>
    public IReadOnlyList<string> Changes => [.. _changes];

    public IReadOnlyList<ReceivedRequest> Requests => _server.Requests;

    public IReadOnlyList<ReceivedRequest> Lists => [.. Requests.Where(request => request.IsList)];

    public IReadOnlyList<ReceivedRequest> Watches => [.. Requests.Where(request => request.IsWatch)];

    /// <summary>Watches that are over as far as the informer knows.</summary>
    public int EndedWatches => Volatile.Read(ref _endedWatches);

    /// <summary>Makes server and informer; <see cref="Start"/> or <see cref="SyncedAsync"/> starts the latter.</summary>
    public static async Task<InformerRun> StartAsync(
        ObjectHistory history, InformerOptions? options = null, TimeProvider? clock = null, KubernetesClientOptions? clientOptions = null)
    {
        var run = new InformerRun(history);
        run._server = await FaultyApiServer.StartAsync(run.AnswerAsync);
        run._client = new KubernetesClient(run._server.Configuration(), clientOptions, run, clock);
        run.Informer = new Informer<JsonObject>(
            run._client, ConfigMaps.Type, options ?? new InformerOptions { Namespace = "demo", MinBackoff = TimeSpan.FromMilliseconds(300) }, TestLog.None, clock);
        run.Informer.AddHandler(change => run._changes.Enqueue($"{change.Type} {change.Key.Name}"));
        return run;
    }

    public void Start() => _running = Informer.RunAsync(_stop.Token);

    public async Task SyncedAsync()
    {
        if (_running.IsCompleted)
        {
            Start();
        }

        await Informer.WaitForSyncAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);
    }

    /// <summary>Waits until no prepared fault is left, and store and handlers know what the server has.</summary>
    public Task CaughtUpAsync() => Eventually.TrueAsync(
        () => !HasFaults() && HandlersKnow().SetEquals(_history.Snapshot().Keys) && _history.Snapshot().SequenceEqual(
            new SortedDictionary<string, string>(Informer.Store.List().ToDictionary(item => (string)item["metadata"]!["name"]!, item => (string)item["metadata"]!["resourceVersion"]!))),
        () => $"the store equals the server; {Informer.State}; requests: {string.Join(", ", Requests.Select(request => $"{request.Method} {string.Join('&', request.Query)}"))}");

    public void FailNextWatches(int count, Func<HttpContext, Task> answer)
    {
        lock (_gate)
        {
            _watchFault = (count, answer);
        }
    }

    public void FailNextLists(int count, Func<HttpContext, Task> answer, bool onlyContinued = false)
    {
        lock (_gate)
        {
            _listFault = (count, answer, onlyContinued);
        }
    }

    /// <summary>Ends every open watch as a server does at its time-out.</summary>
    public void CutWatches()
    {
        lock (_gate)
        {
            _cut.Cancel();
            _cut = new CancellationTokenSource();
        }
    }

    /// <summary>Ends the open watch and changes things before the next one is answered.</summary>
    public async Task DropWatchAsync(Action meanwhile)
    {
        await Eventually.TrueAsync(() => Informer.State.IsConnected, "an open watch");
        var first = new TaskCompletionSource();
        FailNextWatches(1, async context =>
        {
            await first.Task;
            context.Abort();
        });
        CutWatches();
        meanwhile();
        first.SetResult();
    }

    public Task RestartServerAsync(Action whileDown) => _server.RestartAsync(() =>
    {
        whileDown();
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        await _server.DisposeAsync();
    }

    void IClientMetrics.RequestCompleted(string verb, string resource, int statusCode, TimeSpan duration)
    {
    }

    void IClientMetrics.Relisted(string resource, string reason)
    {
    }

    void IClientMetrics.WatchEnded(string resource, string reason) => Interlocked.Increment(ref _endedWatches);

    private bool HasFaults()
    {
        lock (_gate)
        {
            return _watchFault.Left > 0 || _listFault.Left > 0;
        }
    }

    /// <summary>The store is written before the handlers are told.</summary>
    private HashSet<string> HandlersKnow()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in _changes)
        {
            var name = change[(change.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            _ = change.StartsWith("Deleted", StringComparison.Ordinal) ? names.Remove(name) : names.Add(name);
        }

        return names;
    }

    private Task AnswerAsync(ReceivedRequest request, HttpContext context)
    {
        CancellationToken cut;
        lock (_gate)
        {
            // Counted down behind the call, so that what a fault changes at its begin is there when it counts as over.
            cut = _cut.Token;
            if (request.IsWatch && _watchFault.Left > 0)
            {
                var answer = _watchFault.Answer(context);
                _watchFault.Left--;
                return answer;
            }

            if (request.IsList && _listFault.Left > 0 && (!_listFault.OnlyContinued || request.Query.ContainsKey("continue")))
            {
                var answer = _listFault.Answer(context);
                _listFault.Left--;
                return answer;
            }
        }

        return request.IsWatch ? WatchAsync(request, context, cut) : _history.ListAsync(request, context);
    }

    private async Task WatchAsync(ReceivedRequest request, HttpContext context, CancellationToken cut)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cut, _server.Stopping);
        await _history.WatchAsync(request, context, end.Token);
    }
}
