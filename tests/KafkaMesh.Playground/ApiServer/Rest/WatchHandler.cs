using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Answers watches. A watch holds a position in the store's history and no buffer: a client that reads too slowly is told that it expired.</summary>
internal sealed class WatchHandler(ObjectStore store, TimeProvider time)
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastBookmarkBeforeEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestWithLastBookmark = TimeSpan.FromSeconds(5);

    /// <summary>Streams events until the timeout, the client's departure or an expired position.</summary>
    public async Task WatchAsync(HttpContext http, ResourceKind kind, string @namespace, string? name)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: true);
        var request = ListRequest.Parse(http.Request.Query, kind, watch: true);
        var start = ParseStart(request.ResourceVersion);
        var scope = kind.Namespaced && @namespace.Length > 0 ? @namespace : null;
        var filter = new WatchFilter(kind, request, name);
        var writer = new WatchWriter(http, kind, form, time);
        var timeout = TimeoutOf(request);
        using var end = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, http.RequestAborted);
        await writer.StartAsync();
        try
        {
            await RunAsync(new Session(kind, scope, request, filter, writer, time.GetUtcNow() + timeout, timeout >= ShortestWithLastBookmark), start, either.Token);
        }
        catch (StoreException e) when (e.Failure == StoreFailure.Expired)
        {
            await writer.WriteErrorAsync(ApiErrors.Expired(ExpiredText(kind, start)));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            await writer.FlushAsync();
        }
    }

    private async Task RunAsync(Session session, long start, CancellationToken cancel)
    {
        if (session.Request.SendInitialEvents || start == 0)
        {
            start = await WriteInitialAsync(session);
        }

        CheckReach(session.Kind, start);
        using var subscription = store.Subscribe(session.Kind.Storage, session.Namespace, start);
        var nextBookmark = NextBookmark(session);
        var reading = subscription.ReadAsync(cancel);
        while (true)
        {
            if (session.Request.Bookmarks)
            {
                await WaitAsync(reading, nextBookmark - time.GetUtcNow(), cancel);
                if (!reading.IsCompleted)
                {
                    // The wait also ends with the watch, and then no bookmark is due.
                    cancel.ThrowIfCancellationRequested();
                    await session.Writer.WriteBookmarkAsync(Math.Max(subscription.Version, start), initialEventsEnd: false);
                    nextBookmark = NextBookmark(session);
                    continue;
                }
            }

            foreach (var change in await reading)
            {
                if (session.Filter.EventFor(change) is { } shown)
                {
                    await session.Writer.WriteAsync(shown.Type, shown.Object);
                }
            }

            await session.Writer.FlushAsync();
            reading = subscription.ReadAsync(cancel);
        }
    }

    // Events have no watch cache, so that they expire with etcd's history; the cache of a custom kind begins when it is first served.
    private void CheckReach(ResourceKind kind, long start)
    {
        if (start < kind.ServedSince || (kind.Storage == "events" && start < store.CompactedVersion))
        {
            throw new StoreException(StoreFailure.Expired, $"Version {start} lies before the watch cache of {kind.GroupResource}.");
        }
    }

    private async Task<long> WriteInitialAsync(Session session)
    {
        var list = store.List(session.Kind.Storage, session.Namespace);
        foreach (var item in list.Items)
        {
            if (session.Filter.Select(item.Value) is { } shown)
            {
                await session.Writer.WriteAsync("ADDED", shown);
            }
        }

        if (session.Request is { SendInitialEvents: true, Bookmarks: true })
        {
            await session.Writer.WriteBookmarkAsync(list.Version, initialEventsEnd: true);
        }

        await session.Writer.FlushAsync();
        return list.Version;
    }

    private async Task WaitAsync(Task reading, TimeSpan patience, CancellationToken cancel)
    {
        if (patience > TimeSpan.Zero && !reading.IsCompleted)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(reading, Task.Delay(patience, time, stop.Token));
            await stop.CancelAsync();
        }
    }

    // Once a minute, and shortly before the end, so that the client can go on from there.
    private DateTimeOffset NextBookmark(Session session)
    {
        var now = time.GetUtcNow();
        var last = session.End - LastBookmarkBeforeEnd;
        return session.IsLongEnough && last > now && last < now + BookmarkInterval ? last : now + BookmarkInterval;
    }

    private static TimeSpan TimeoutOf(ListRequest request) => request.TimeoutSeconds is > 0 and var seconds
        ? TimeSpan.FromSeconds(Math.Min(seconds, 24 * 3600))
        : TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(1800, 3600));

    private string ExpiredText(ResourceKind kind, long start) => kind.Storage == "events"
        ? "The resourceVersion for the provided watch is too old."
        : $"too old resource version: {start} ({Math.Max(store.OldestVersion, kind.ServedSince)})";

    private static long ParseStart(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (long)Math.Min(version, long.MaxValue)
            : throw ApiErrors.Internal($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private sealed record Session(ResourceKind Kind, string? Namespace, ListRequest Request, WatchFilter Filter, WatchWriter Writer, DateTimeOffset End, bool IsLongEnough);
}
