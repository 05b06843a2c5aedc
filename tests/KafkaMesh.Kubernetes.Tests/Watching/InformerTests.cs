using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Kubernetes.Watching;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>The informer against a server that breaks in every way that real ones do.</summary>
public sealed class InformerTests
{
    [Fact]
    public async Task RunAsync_ListThenWatch_FillsTheStoreAndReportsEveryChange()
    {
        var history = new ObjectHistory();
        history.Put("a");
        await using var run = await InformerRun.StartAsync(history);
        await run.SyncedAsync();

        history.Put("b");
        history.Put("a");
        history.Delete("b");
        await run.CaughtUpAsync();

        Assert.Equal(["Added a", "Added b", "Modified a", "Deleted b"], run.Changes);
        Assert.Single(run.Lists);
        Assert.Equal("true", run.Watches[0].Query["allowWatchBookmarks"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_Expired_FindsMissedDeletesByListingAnew(bool asStatus)
    {
        var history = new ObjectHistory();
        history.Put("kept");
        history.Put("gone");
        history.Put("reborn");
        await using var run = await InformerRun.StartAsync(history);
        await run.SyncedAsync();
        await run.DropWatchAsync(() =>
        {
            history.Delete("gone");
            history.Delete("reborn");
            history.Put("reborn");
            history.Put("new");
            history.Compact();
            if (asStatus)
            {
                run.FailNextWatches(1, context => Answers.StatusAsync(context, 410, "Expired", "too old resource version"));
            }
        });

        await run.CaughtUpAsync();

        Assert.Equal(
            ["Added gone", "Added kept", "Added reborn", "Added new", "Deleted reborn", "Added reborn", "Deleted gone"],
            run.Changes);
        Assert.Equal(2, run.Lists.Count);
    }

    [Fact]
    public async Task RunAsync_StreamCutInTheMiddleOfALine_ContinuesAfterTheLastWholeEvent()
    {
        var history = new ObjectHistory();
        history.Put("a");
        await using var run = await InformerRun.StartAsync(history);
        run.FailNextWatches(1, async context =>
        {
            history.Put("b");
            history.Put("c");
            await Answers.PieceAsync(context, Answers.EventLine("ADDED", history.Get("b")!));
            await Answers.PieceAsync(context, Answers.EventLine("ADDED", history.Get("c")!)[..40]);
        });
        run.Start();

        await run.CaughtUpAsync();

        Assert.Equal(["Added a", "Added b", "Added c"], run.Changes);
        Assert.Single(run.Lists);
        Assert.Equal("102", run.Watches[1].Query["resourceVersion"]);
    }

    [Fact]
    public async Task RunAsync_ConnectionReset_ContinuesWithoutListing()
    {
        var history = new ObjectHistory();
        await using var run = await InformerRun.StartAsync(history);
        run.FailNextWatches(2, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        history.Put("a");
        run.Start();
        await run.SyncedAsync();
        history.Put("b");

        await run.CaughtUpAsync();

        Assert.Equal(["Added a", "Added b"], run.Changes);
        Assert.Single(run.Lists);
        Assert.Null(run.Informer.State.LastError);
    }

    [Fact]
    public async Task RunAsync_StreamThatFallsSilent_IsOpenedAgain()
    {
        var history = new ObjectHistory();
        await using var run = await InformerRun.StartAsync(history, new InformerOptions { Namespace = "demo", StallTimeout = TimeSpan.FromSeconds(1) });
        var silent = new TaskCompletionSource();
        run.FailNextWatches(1, async context =>
        {
            await Answers.PieceAsync(context, "");
            silent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        run.Start();
        await silent.Task;
        history.Put("a");

        await run.CaughtUpAsync();

        Assert.Equal(["Added a"], run.Changes);
        Assert.Single(run.Lists);
    }

    [Fact]
    public async Task RunAsync_Bookmark_IsWhereTheNextWatchBegins()
    {
        var history = new ObjectHistory();
        history.Put("a");
        await using var run = await InformerRun.StartAsync(history);
        run.FailNextWatches(1, context => Answers.PieceAsync(
            context, Answers.EventLine("BOOKMARK", new JsonObject { ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["resourceVersion"] = "4711" } })));
        run.Start();

        await Eventually.TrueAsync(() => run.Watches.Count >= 2, "a second watch");

        Assert.Equal(["101", "4711"], run.Watches.Take(2).Select(watch => watch.Query["resourceVersion"]));
        Assert.Equal(["Added a"], run.Changes);
    }

    [Fact]
    public async Task RunAsync_ServerThatClosesEveryWatchAtOnce_IsNotFlooded()
    {
        var history = new ObjectHistory();
        await using var run = await InformerRun.StartAsync(history);
        run.FailNextWatches(int.MaxValue, context => Answers.PieceAsync(context, ""));
        run.Start();
        await run.SyncedAsync();

        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken); // the time in which a busy loop would make thousands of requests

        Assert.InRange(run.Requests.Count, 2, 8);
    }

    [Theory]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "NotFound")]
    [InlineData(500, "InternalError")]
    public async Task RunAsync_ListRefusedAtFirst_SaysWhyAndSyncsLater(int code, string reason)
    {
        var history = new ObjectHistory();
        history.Put("a");
        await using var run = await InformerRun.StartAsync(history);
        run.FailNextLists(2, context => Answers.StatusAsync(context, code, reason, "not now"));
        run.Start();

        await Eventually.TrueAsync(() => run.Informer.State.LastError is not null, "an error in the state");
        Assert.Contains("not now", run.Informer.State.LastError, StringComparison.Ordinal);
        Assert.False(run.Informer.State.HasSynced);
        await run.SyncedAsync();

        Assert.Equal(["Added a"], run.Changes);
        Assert.Equal(3, run.Lists.Count);
        await Eventually.TrueAsync(() => run.Informer.State is { IsConnected: true, LastError: null }, "a healthy state");
    }

    [Fact]
    public async Task RunAsync_ContinueTokenExpired_ListsFromTheStart()
    {
        var history = new ObjectHistory();
        foreach (var number in Enumerable.Range(0, 25))
        {
            history.Put($"n{number:00}");
        }

        await using var run = await InformerRun.StartAsync(history, new InformerOptions { Namespace = "demo", PageSize = 10, MinBackoff = TimeSpan.FromMilliseconds(10) });
        run.FailNextLists(1, context => Answers.StatusAsync(context, 410, "Expired", "The provided continue parameter is too old"), onlyContinued: true);
        run.Start();

        await run.SyncedAsync();

        Assert.Equal(25, run.Changes.Count);
        Assert.Equal([null, "n10", null, "n10", "n20"], run.Lists.Select(list => list.Query.GetValueOrDefault("continue")));
    }

    [Fact]
    public async Task RunAsync_ServerRestarts_StoreFollows()
    {
        var history = new ObjectHistory();
        history.Put("a");
        history.Put("b");
        await using var run = await InformerRun.StartAsync(history);
        await run.SyncedAsync();

        await run.RestartServerAsync(() =>
        {
            history.Delete("a");
            history.Put("c");
            history.Compact();
        });

        await run.CaughtUpAsync();
        Assert.Equal(["Added a", "Added b", "Added c", "Deleted a"], run.Changes.Order());
    }

    [Fact]
    public async Task RunAsync_RandomFaults_MissesAndDoublesNothing()
    {
        var random = new Random(20261122);
        var history = new ObjectHistory();
        await using var run = await InformerRun.StartAsync(
            history, new InformerOptions { Namespace = "demo", PageSize = 7, MinBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(20) });
        run.Start();
        for (var step = 0; step < 1500; step++)
        {
            var name = $"n{random.Next(40):00}";
            if (random.Next(3) == 0 && history.Get(name) is not null)
            {
                history.Delete(name);
            }
            else
            {
                history.Put(name);
            }

            if (random.Next(60) == 0)
            {
                history.Compact();
            }

            if (random.Next(25) == 0)
            {
                var watches = run.Watches.Count;
                run.CutWatches();
                await Eventually.TrueAsync(() => run.Watches.Count > watches, "another watch");
            }
        }

        await run.CaughtUpAsync();

        // Per object: added, any number of modifications, deleted, and over again; its end is what the server has.
        foreach (var life in run.Changes.Select(change => change.Split(' ')).GroupBy(parts => parts[1], parts => parts[0]))
        {
            var alive = false;
            foreach (var what in life)
            {
                Assert.Equal(alive ? "not Added" : "Added", what == "Added" ? "Added" : alive ? "not Added" : what);
                alive = what != "Deleted";
            }

            Assert.Equal(history.Get(life.Key) is not null, alive);
        }

        Assert.True(run.Lists.Count > 1 && run.Watches.Count > 10);
    }
}
