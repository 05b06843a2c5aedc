using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Queueing;
using KafkaMesh.Kubernetes.Reconciliation;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Kubernetes.Tests.Watching;

namespace KafkaMesh.Kubernetes.Tests.Reconciliation;

/// <summary>From a change on the server to a call of the controller.</summary>
public sealed class EntityReconcilerTests
{
    [Fact]
    public async Task RunAsync_ChangesOnTheServer_ReachTheControllerWithTheNewestState()
    {
        var history = new ObjectHistory();
        history.Put("a");
        var controller = new RecordingController((_, _) => ReconciliationResult.Success());
        await using var run = await ReconcilerRun.StartAsync(history, controller);
        await Eventually.TrueAsync(() => controller.Calls.Contains("reconcile a 101"), "the first state");

        history.Put("a");
        await Eventually.TrueAsync(() => controller.Calls.Contains("reconcile a 102"), "the second state");
        history.Delete("a");
        await Eventually.TrueAsync(() => controller.Calls.Contains("deleted a 103"), "the end");

        Assert.Equal(["reconcile a 101", "reconcile a 102", "deleted a 103"], controller.Calls);
    }

    [Fact]
    public async Task RunAsync_FailuresOfEveryKind_AreTriedAgainUntilSuccess()
    {
        var history = new ObjectHistory();
        history.Put("a");
        history.Put("healthy");
        var controller = new RecordingController((name, attempt) => (name, attempt) switch
        {
            ("a", 1) => throw new InvalidOperationException("broken"),
            ("a", 2) => throw new ApiException("conflict", HttpStatusCode.Conflict),
            ("a", 3) => ReconciliationResult.Failure("not yet"),
            ("a", 4) => ReconciliationResult.Success(requeueAfter: TimeSpan.FromMilliseconds(20)),
            _ => ReconciliationResult.Success(),
        });
        await using var run = await ReconcilerRun.StartAsync(history, controller);

        await Eventually.TrueAsync(() => run.Results.Count >= 6, "six outcomes");

        Assert.Equal(["conflict", "exception", "failure", "requeue", "success", "success"], run.Results.Order());
        Assert.Equal(5, controller.Calls.Count(call => call.StartsWith("reconcile a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RunAsync_DeleteThatFails_IsTriedAgainWithTheLastState()
    {
        var history = new ObjectHistory();
        history.Put("a");
        var controller = new RecordingController((_, attempt) => attempt == 2 ? ReconciliationResult.Failure("not yet") : ReconciliationResult.Success());
        await using var run = await ReconcilerRun.StartAsync(history, controller);
        await Eventually.TrueAsync(() => controller.Calls.Count == 1, "the first state");

        history.Delete("a");
        await Eventually.TrueAsync(() => controller.Calls.Count == 3, "two deletes");

        Assert.Equal(["reconcile a 101", "deleted a 102", "deleted a 102"], controller.Calls);
    }

    [Fact]
    public async Task Reconciler_StandsBy_HoldsNothingAndBeginsWithWhatThereIs()
    {
        var history = new ObjectHistory();
        history.Put("first");
        var controller = new RecordingController((_, _) => ReconciliationResult.Success());
        await using var run = await ReconcilerRun.StandByAsync(history, controller);
        await Eventually.TrueAsync(() => run.Changes.Contains("Added first"), "the list");
        for (var i = 0; i < 50; i++)
        {
            history.Put($"gone-{i}");
            history.Delete($"gone-{i}");
        }

        history.Put("here");
        await Eventually.TrueAsync(() => run.Changes.Contains("Added here"), "all of it was seen");

        Assert.Contains("Deleted gone-49", run.Changes);
        Assert.Equal(0, run.QueueLength);
        Assert.Empty(controller.Calls);

        run.Start();
        await Eventually.TrueAsync(() => controller.Calls.Count == 2, "what there is");
        history.Delete("here");
        await Eventually.TrueAsync(() => controller.Calls.Count == 3, "the end");
        Assert.Equal(["deleted here 203", "reconcile first 101", "reconcile here 202"], controller.Calls.Order());
    }

    private sealed class RecordingController(Func<string, int, ReconciliationResult> answer) : IEntityController<JsonObject>
    {
        private readonly ConcurrentQueue<string> _calls = new();
        private readonly ConcurrentDictionary<string, int> _attempts = new();

        public IReadOnlyList<string> Calls => [.. _calls];

        public Task<ReconciliationResult> ReconcileAsync(JsonObject entity, CancellationToken cancellationToken) => AnswerAsync("reconcile", entity);

        public Task<ReconciliationResult> DeletedAsync(JsonObject entity, CancellationToken cancellationToken) => AnswerAsync("deleted", entity);

        private Task<ReconciliationResult> AnswerAsync(string what, JsonObject entity)
        {
            var name = (string)entity["metadata"]!["name"]!;
            _calls.Enqueue($"{what} {name} {entity["metadata"]!["resourceVersion"]}");
            return Task.FromResult(answer(name, _attempts.AddOrUpdate(name, 1, (_, count) => count + 1)));
        }
    }

    private sealed class ReconcilerRun : IAsyncDisposable, IReconcileMetrics
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentQueue<string> _results = new();
        private InformerRun _informer = null!;
        private EntityReconciler<JsonObject> _reconciler = null!;
        private Task _running = Task.CompletedTask;

        public IReadOnlyCollection<string> Results => _results;

        public IReadOnlyList<string> Changes => _informer.Changes;

        public int QueueLength => _reconciler.QueueLength;

        public static async Task<ReconcilerRun> StartAsync(ObjectHistory history, IEntityController<JsonObject> controller)
        {
            var run = await StandByAsync(history, controller);
            run.Start();
            return run;
        }

        /// <summary>The informer runs, the reconciler does not.</summary>
        public static async Task<ReconcilerRun> StandByAsync(ObjectHistory history, IEntityController<JsonObject> controller)
        {
            var run = new ReconcilerRun { _informer = await InformerRun.StartAsync(history) };
            run._reconciler = new EntityReconciler<JsonObject>("test", run._informer.Informer, controller, TestLog.None, new WorkQueueOptions(), run);
            run._informer.Start();
            return run;
        }

        public void Start() => _running = _reconciler.RunAsync(workers: 2, _stop.Token);

        public void Reconciled(string controller, string result, TimeSpan duration) => _results.Enqueue(result);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _reconciler.Dispose();
            await _informer.DisposeAsync();
        }
    }
}
