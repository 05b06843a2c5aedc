using System.Text.Json;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Views;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>
/// Tells readers what is new as whole states: one that is slow misses some and gets the latest. Nothing is kept per reader but what it was told last.
/// </summary>
internal sealed class EventsHandler(MonitorAnswers answers, FigureStore figures, Gate gate, SharedMonitors shared, WaitingAnswers waiting, TimeProvider time)
{
    /// <summary>Readers at a time.</summary>
    public const int MaxStreams = 512;

    private const int MaxName = 253;
    private const double MaxBytesPerSecond = 256 * 1024; // to one reader, on average
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly StreamSlots _slots = new(MaxStreams, "event streams");
    private long _lastId;

    /// <summary>Readers now.</summary>
    public int Open => _slots.Open;

    /// <summary>Streams until the reader goes, or its permission.</summary>
    public async Task HandleAsync(RouteCall call)
    {
        var query = call.Query("namespace", "monitor");
        var (space, name) = (query.Text("namespace", MaxName), query.Text("monitor", MaxName));
        if (space is null != name is null)
            throw ProblemException.BadRequest("the parameters namespace and monitor go together: give both for one monitor, or none");
        NamespacedName? monitor = name is null ? null : new NamespacedName(space, name);
        var scope = await gate.ScopeAsync(call.Context);
        if (space is not null)
            await gate.RequireLookAsync(call.Context, space);
        using var place = _slots.Take();
        var stream = await EventStream.StartAsync(call.Context, time);
        await RunAsync(call, stream, scope, monitor);
    }

    private async Task RunAsync(RouteCall call, EventStream stream, Scope scope, NamespacedName? monitor)
    {
        var (list, state) = ("", "");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, call.Stopping);
        while (!ending.IsCancellationRequested)
        {
            var changed = figures.Changed;
            var bytes = 0;
            var (seen, listTag, listJson) = List(scope, list);
            if (listTag != list && await WriteAsync(stream, "monitors", listJson))
                (list, bytes) = (listTag, listJson.Length);
            if (monitor is { } key)
            {
                var (version, tag, json) = await MonitorAsync(key, state);
                seen = Math.Min(seen, version);
                if (tag != state && await WriteAsync(stream, tag == "gone" ? "gone" : "monitor", json))
                    (state, bytes) = (tag, bytes + json.Length);
            }
            if (bytes == 0)
                await stream.WriteCommentAsync();

            // What is shared may be a second old: what came since is looked for at once after the pause.
            await PauseAsync(bytes, seen < figures.Version ? Task.CompletedTask : changed, ending.Token);
            if (await StillAsync(call, scope, monitor?.Namespace) is not { } still)
                return;
            scope = still;
        }
    }

    // False when too much waits for slow readers: a later state goes out instead.
    private async Task<bool> WriteAsync(EventStream stream, string name, byte[] json)
    {
        using var held = waiting.TryHold(json);
        if (held is null)
            return false;
        await stream.WriteAsync(name, json, NextId());
        return true;
    }

    // What the reader may see now; null ends the stream, and who asks again is told why.
    private async Task<Scope?> StillAsync(RouteCall call, Scope scope, string? space)
    {
        try
        {
            if (space is not null)
                await gate.RequireLookAsync(call.Context, space);
            return await gate.ScopeAsync(call.Context);
        }
        catch (ProblemException problem)
        {
            return problem.Status == StatusCodes.Status503ServiceUnavailable ? scope : null; // nobody said no
        }
    }

    // A change during the pause is seen after it, and all that came meanwhile with it. The heart beats during a long pause too.
    private async Task PauseAsync(int bytes, Task changed, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(Math.Clamp(bytes / MaxBytesPerSecond, Pace.TotalSeconds, EventStream.Heartbeat.TotalSeconds));
        try
        {
            await Task.Delay(pause, time, cancellationToken);
            using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(EventStream.Heartbeat - pause, time, woken.Token));
            await woken.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    private (long Version, string Tag, byte[] Json) List(Scope scope, string known)
    {
        if (scope.Namespaces is null)
        {
            var list = shared.List(known);
            return (list.Version, list.Tag, list.Json);
        }
        var version = figures.Version;
        var tag = $"{version}-{answers.CountStale(scope.Includes)}-{scope.Tag}";
        return tag == known ? (version, tag, []) : (version, tag, JsonSerializer.SerializeToUtf8Bytes(answers.List(scope.Includes), DashboardJson.Default.MonitorListView));
    }

    private async Task<(long Version, string Tag, byte[] Json)> MonitorAsync(NamespacedName key, string known) =>
        await shared.NewsAsync(key, known) is { } found ? (found.Version, found.Tag, found.Json) : (long.MaxValue, "gone", "{}"u8.ToArray());

    private long NextId() => Interlocked.Increment(ref _lastId);
}
