using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
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
        var failures = new List<string?>();
        run.FailNextWatches(2, async context =>
        {
            // Of a kind that does not change a server may be silent for long: that is no failure, and nothing is waited for.
            failures.Add(run.Informer.State.LastError);
            await Answers.PieceAsync(context, "");
            if (failures.Count == 2)
                silent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        run.Start();
        await silent.Task;
        history.Put("a");

        await run.CaughtUpAsync();

        Assert.Equal(["Added a"], run.Changes);
        Assert.Single(run.Lists);
        Assert.Equal([null, null], failures);
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

    [Theory]
    [InlineData("closed")]
    [InlineData("expired")]
    [InlineData("expired event")]
    [InlineData("too many")]
    [InlineData("forbidden")]
    [InlineData("reset")]
    public async Task RunAsync_ServerThatEndsEveryWatchAtOnce_IsAskedAtThePaceOfTheBackoffOnly(string how)
    {
        var clock = new ManualTimeProvider();
        var history = new ObjectHistory();
        await using var run = await InformerRun.StartAsync(history, new InformerOptions { Namespace = "demo" }, clock);
        run.FailNextWatches(int.MaxValue, context => how switch
        {
            "closed" => Answers.PieceAsync(context, ""),
            "expired" => Answers.StatusAsync(context, 410, "Expired", "too old resource version"),
            "expired event" => Answers.PieceAsync(context, Answers.EventLine("ERROR", Answers.Status(410, "Expired", "too old resource version"))),
            "too many" => Answers.StatusAsync(context, 429, "TooManyRequests", "slow down"),
            "forbidden" => Answers.StatusAsync(context, 403, "Forbidden", "no"),
            _ => ResetAsync(context),
        });
        run.Start();
        await run.SyncedAsync();

        // Pauses of 0.8, 1.6, … 25.6, 30 s, each up to half as long again.
        for (var attempt = 1; attempt <= 7; attempt++)
        {
            var watches = attempt;
            await Eventually.TrueAsync(() => run.EndedWatches == watches && clock.HasTimer, () => $"attempt {watches} and then a pause; {run.Watches.Count} watches");
            clock.Advance(TimeSpan.FromSeconds(Math.Min(30, 0.8 * Math.Pow(2, attempt - 1)) - 0.001));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken); // a busy loop would use them
            Assert.Equal(watches, run.Watches.Count);
            clock.AdvanceToNextTimer();
        }

        Assert.InRange(run.Lists.Count, 1, 8);
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

        // What the server has in its cache is larger than an answer may be: pages of the newest state instead.
        await using var run = await InformerRun.StartAsync(
            history, new InformerOptions { Namespace = "demo", PageSize = 10 }, clientOptions: new KubernetesClientOptions { MaxResponseBytes = 2_500 });
        run.FailNextLists(1, context => Answers.StatusAsync(context, 410, "Expired", "The provided continue parameter is too old"), onlyContinued: true);
        run.Start();

        await Eventually.TrueAsync(() => run.Informer.State.LastError is not null, "the whole list in one answer is too large as well");
        await run.SyncedAsync();

        Assert.Equal(25, run.Changes.Count);
        Assert.Equal([null, null, "125/n10", null, null, null, "125/n10", "125/n20"], run.Lists.Select(list => list.Query.GetValueOrDefault("continue")));
        Assert.Equal(["0", null, null, null, "0", null, null, null], run.Lists.Select(list => list.Query.GetValueOrDefault("resourceVersion")));
        Assert.Equal([null, "10", "10", null, null, "10", "10", "10"], run.Lists.Select(list => list.Query.GetValueOrDefault("limit")));
    }

    [Fact]
    public async Task RunAsync_Relist_AsksForNothingOlderThanWhatItHas()
    {
        var history = new ObjectHistory();
        history.Put("a");
        await using var run = await InformerRun.StartAsync(history);
        await run.SyncedAsync();
        await run.DropWatchAsync(() =>
        {
            history.Put("b");
            history.Compact();
        });

        await run.CaughtUpAsync();

        Assert.Equal(["0", "101"], run.Lists.Select(list => list.Query.GetValueOrDefault("resourceVersion")));
        Assert.All(run.Lists, list => Assert.DoesNotContain("limit", list.Query.Keys));
    }

    [Fact]
    public async Task RunAsync_ServerRestoredFromABackup_FollowsBack()
    {
        var history = new ObjectHistory();
        history.Put("kept");
        history.Put("gone");
        var backUp = history.BackUp();
        await using var run = await InformerRun.StartAsync(history, clientOptions: new KubernetesClientOptions { MaxRetries = 0 });
        await run.SyncedAsync();
        history.Put("lost");
        history.Delete("gone");
        await run.CaughtUpAsync();

        await run.RestartServerAsync(() => history.Restore(backUp));

        await run.CaughtUpAsync();
        Assert.Equal(["Added gone", "Added kept", "Added lost", "Deleted gone", "Added gone", "Deleted lost"], run.Changes);
        Assert.Equal(["0", "104", null], run.Lists.Select(list => list.Query.GetValueOrDefault("resourceVersion")));
    }

    [Fact]
    public async Task RunAsync_Watches_EndAtRandomTimesOfFiveToTenMinutes()
    {
        var history = new ObjectHistory();
        await using var run = await InformerRun.StartAsync(history, new InformerOptions { MinBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(1) });
        run.FailNextWatches(int.MaxValue, context => Answers.PieceAsync(context, ""));
        run.Start();

        await Eventually.TrueAsync(() => run.Watches.Count >= 20, "20 watches");

        var seconds = run.Watches.Take(20).Select(watch => int.Parse(watch.Query["timeoutSeconds"])).ToList();
        Assert.All(seconds, second => Assert.InRange(second, 300, 600));
        Assert.True(seconds.Distinct().Count() > 10);
    }

    [Fact]
    public async Task RunAsync_RetryAfterOfAHundredYears_IsWaitedForFiveMinutes()
    {
        var clock = new ManualTimeProvider();
        var history = new ObjectHistory();
        history.Put("a");
        await using var run = await InformerRun.StartAsync(history, new InformerOptions { Namespace = "demo" }, clock);
        run.FailNextLists(1, context =>
        {
            context.Response.Headers.RetryAfter = "2147483647";
            return Answers.StatusAsync(context, 429, "TooManyRequests", "slow down");
        });
        run.Start();
        await Eventually.TrueAsync(() => run.Informer.State.LastError is not null && clock.HasTimer, "a pause");
        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Single(run.Lists);

        clock.Advance(TimeSpan.FromSeconds(1));
        await run.SyncedAsync();

        Assert.Equal(2, run.Lists.Count);
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

    private static Task ResetAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
