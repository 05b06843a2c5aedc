using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Kubernetes.Watching;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>An API server with one <see cref="Fault"/> after the other, and an informer with rotating token and authority that watches it on a clock of its own.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkamesh-faults");
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TestAuthority> _authorities = [];
    private readonly ConcurrentBag<WeakReference> _seen = [];
    private readonly Lock _gate = new();
    private CancellationTokenSource _cut = new();
    private FaultyApiServer _server = null!;
    private KubernetesClient _client = null!;
    private Informer<JsonObject> _informer = null!;
    private Task _running = Task.CompletedTask;
    private Fault? _fault;
    private TaskCompletionSource _over = new();
    private volatile string _token = "token-0";
    private int _hits;

    public ObjectHistory History { get; } = new();

    public ManualTimeProvider Clock { get; } = new();

    public ConcurrentQueue<ToldChange> Told { get; } = new();

    public InformerOptions Options { get; } = new()
    {
        Namespace = "demo",
        PageSize = 7,
        MaxBackoff = TimeSpan.FromSeconds(5),
        StallTimeout = TimeSpan.FromSeconds(20),
    };

    public InformerState State => _informer.State;

    public int RequestCount => _server.Requests.Count;

    public int StoreCount => _informer.Store.Count;

    /// <summary>Objects that were told and are still in memory.</summary>
    public int LivingObjects => _seen.Count(reference => reference.IsAlive);

    public static async Task<FaultyCluster> StartAsync()
    {
        var cluster = new FaultyCluster();
        cluster._server = await FaultyApiServer.StartAsync(cluster.AnswerAsync);
        File.WriteAllText(cluster.PathOf("ca.crt"), cluster._server.Authority.Pem);
        File.WriteAllText(cluster.PathOf("token"), cluster._token);
        cluster._client = new KubernetesClient(
            new KubernetesClientConfiguration
            {
                Host = new Uri($"https://127.0.0.1:{cluster._server.Port}/"),
                Trust = TrustSource.FromFile(cluster.PathOf("ca.crt"), cluster.Clock),
                Credentials = new TokenFileCredential(cluster.PathOf("token"), cluster.Clock),
            },
            new KubernetesClientOptions { MaxResponseBytes = 20_000 },
            timeProvider: cluster.Clock);
        cluster._informer = new Informer<JsonObject>(
            cluster._client, ConfigMaps.Type, cluster.Options, TestLog.None, cluster.Clock);
        cluster._informer.AddHandler(cluster.Note);
        cluster._running = cluster._informer.RunAsync(cluster._stop.Token);
        await cluster._informer.WaitForSyncAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);
        return cluster;
    }

    /// <summary>Begins a fault and waits until the informer has met it.</summary>
    public async Task BeginAsync(Fault fault)
    {
        var before = Volatile.Read(ref _hits);
        lock (_gate)
        {
            _over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _fault = fault;
        }

        switch (fault)
        {
            case Fault.Restart or Fault.RestartWithoutHistory:
                await _server.RestartAsync(() => Task.CompletedTask);
                break;
            case Fault.ExpiredCertificate:
                _server.Certificate = _authorities.LastOrDefault(_server.Authority).IssueServer(expired: true);
                await _server.RestartAsync(() => Task.CompletedTask);
                break;
            case Fault.RotatedAuthority:
                var next = new TestAuthority();
                _authorities.Add(next);
                _server.Certificate = next.IssueServer();
                await _server.RestartAsync(() => Task.CompletedTask);
                break;
            case Fault.RotatedToken:
                _token = $"token-{Guid.NewGuid():N}";
                break;
            default:
                break;
        }

        CutWatches();
        await ProceedAsync(
            () => fault is Fault.ExpiredCertificate or Fault.RotatedAuthority ? State.LastError is not null : Volatile.Read(ref _hits) > before,
            () => $"the informer meets {fault}; {State}");
    }

    /// <summary>Ends the fault; what the informer has to find out by itself it still has to.</summary>
    public void End()
    {
        Fault? fault;
        lock (_gate)
        {
            (fault, _fault) = (_fault, null);
            _over.SetResult();
        }

        switch (fault)
        {
            case Fault.ExpiredCertificate:
                _server.Certificate = _authorities.LastOrDefault(_server.Authority).IssueServer();
                break;
            case Fault.RotatedAuthority:
                File.WriteAllText(PathOf("ca.crt"), string.Join('\n', _authorities.Select(authority => authority.Pem)));
                break;
            case Fault.RotatedToken:
                File.WriteAllText(PathOf("token"), _token);
                break;
            default:
                break;
        }
    }

    /// <summary>Lets time pass in small steps, with room for requests to travel, until something is true.</summary>
    public Task ProceedAsync(Func<bool> condition, Func<string> what) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            Clock.Advance(TimeSpan.FromMilliseconds(100));
            return false;
        },
        what);

    /// <summary>Whether store and handlers know exactly what the server has.</summary>
    public bool IsCaughtUp()
    {
        var server = History.Snapshot();
        var store = _informer.Store.List().ToDictionary(item => (string)item["metadata"]!["name"]!, item => (string)item["metadata"]!["resourceVersion"]!);
        var told = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var change in Told)
        {
            _ = change.New is { } state ? told[change.Name] = state.Version : (object)told.Remove(change.Name);
        }

        return server.SequenceEqual(told) && server.SequenceEqual(new SortedDictionary<string, string>(store, StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        await _server.DisposeAsync();
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private void CutWatches()
    {
        lock (_gate)
        {
            _cut.Cancel();
            _cut = new CancellationTokenSource();
        }
    }

    private void Note(ResourceChange<JsonObject> change)
    {
        Told.Enqueue(new ToldChange(change.Type, change.Key.Name, StateOf(change.Old), change.Type == WatchEventType.Deleted ? null : StateOf(change.New)));
        if (change.New is { } entity)
        {
            _seen.Add(new WeakReference(entity));
        }
    }

    private static ToldState? StateOf(JsonObject? entity) =>
        entity is null ? null : new((string)entity["metadata"]!["uid"]!, (string)entity["metadata"]!["resourceVersion"]!);

    private Task AnswerAsync(ReceivedRequest request, HttpContext context)
    {
        Fault? fault;
        Task over;
        CancellationToken cut;
        lock (_gate)
        {
            (fault, over, cut) = (_fault, _over.Task, _cut.Token);
        }

        if (request.Headers["Authorization"] != $"Bearer {_token}")
        {
            Interlocked.Increment(ref _hits);
            return Answers.StatusAsync(context, 401, "Unauthorized", "Unauthorized");
        }

        return fault is { } current && Meets(current, request) ? FailAsync(current, over, request, context) : AnswerWellAsync(request, context, cut);
    }

    private static bool Meets(Fault fault, ReceivedRequest request) => fault switch
    {
        Fault.ExpiredPages => request.IsWatch || request.Query.ContainsKey("continue") || request.Query.GetValueOrDefault("resourceVersion", "") != "",
        Fault.EndOfStream or Fault.EndInTheMiddleOfALine or Fault.Silence or Fault.ExpiredStatus or Fault.ExpiredEvent => request.IsWatch,
        Fault.RotatedToken => false,
        _ => true,
    };

    private async Task FailAsync(Fault fault, Task over, ReceivedRequest request, HttpContext context)
    {
        Interlocked.Increment(ref _hits);
        switch (fault)
        {
            case Fault.EndOfStream:
                await Answers.PieceAsync(context, "");
                break;
            case Fault.EndInTheMiddleOfALine:
                await Answers.PieceAsync(context, """{"type":"ADDED","object":{"metadata":{"name":"n""");
                break;
            case Fault.Silence:
                await Answers.PieceAsync(context, "");
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted); // beyond the fault's end: only the client can notice
                break;
            case Fault.Reset:
                context.Abort();
                break;
            case Fault.TooManyRequests:
                context.Response.Headers.RetryAfter = "2";
                await Answers.StatusAsync(context, 429, "TooManyRequests", "slow down");
                break;
            case Fault.InternalError:
                await Answers.StatusAsync(context, 500, "InternalError", "etcdserver: leader changed");
                break;
            case Fault.SlowList when request.IsWatch:
                Interlocked.Decrement(ref _hits); // only makes it list
                await Answers.StatusAsync(context, 410, "Expired", "too old resource version");
                break;
            case Fault.SlowList:
                await over;
                await AnswerWellAsync(request, context, CancellationToken.None);
                break;
            case Fault.ExpiredEvent:
                await Answers.PieceAsync(context, Answers.EventLine("ERROR", Answers.Status(410, "Expired", "too old resource version")));
                break;
            case Fault.Forbidden:
                await Answers.StatusAsync(context, 403, "Forbidden", "configmaps is forbidden");
                break;
            case Fault.NotFound:
                await Answers.StatusAsync(context, 404, "NotFound", "the server could not find the requested resource");
                break;
            case Fault.ExpiredStatus or Fault.ExpiredPages:
                await Answers.StatusAsync(context, 410, "Expired", "too old resource version");
                break;
            default:
                await AnswerWellAsync(request, context, CancellationToken.None); // the connection was the fault
                break;
        }
    }

    private async Task AnswerWellAsync(ReceivedRequest request, HttpContext context, CancellationToken cut)
    {
        if (!request.IsWatch)
        {
            await History.ListAsync(request, context);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cut, _server.Stopping);
        await History.WatchAsync(request, context, end.Token);
    }
}
