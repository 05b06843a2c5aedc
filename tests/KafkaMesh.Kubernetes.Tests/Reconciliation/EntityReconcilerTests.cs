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

        public static async Task<ReconcilerRun> StartAsync(ObjectHistory history, IEntityController<JsonObject> controller)
        {
            var run = new ReconcilerRun { _informer = await InformerRun.StartAsync(history) };
            run._reconciler = new EntityReconciler<JsonObject>("test", run._informer.Informer, controller, TestLog.None, new WorkQueueOptions(), run);
            run._informer.Start();
            run._running = run._reconciler.RunAsync(workers: 2, run._stop.Token);
            return run;
        }

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
