using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Reads objects and lists with the resourceVersion rules of a real server.</summary>
internal sealed class ObjectReader(ObjectStore store, TimeProvider time)
{
    private const string TooOld = "The resourceVersion for the provided list is too old.";
    private const string ContinueTooOld =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, " +
        "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an " +
        "inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    /// <summary>How long a read of a future version waits for it.</summary>
    private static readonly TimeSpan FutureWait = TimeSpan.FromSeconds(3);

    /// <summary>One object.</summary>
    /// <exception cref="ApiException">404, or 504 for a version that does not come.</exception>
    public async Task<JsonObject> GetAsync(ResourceKind kind, string @namespace, string name, string resourceVersion, CancellationToken cancel)
    {
        if (resourceVersion.Length > 0)
        {
            await WaitForAsync(ParseVersion(resourceVersion), cancel);
        }

        var stored = store.Get(new ObjectKey(kind.Storage, @namespace, name)) ?? throw ApiErrors.NotFound(kind, name);
        return EventConversion.FromStorage(kind, stored.Value);
    }

    /// <summary>A list, or a page of one; <paramref name="namespace"/> is empty for all.</summary>
    /// <exception cref="ApiException">400, 410 or 504.</exception>
    public async Task<ListPage> ListAsync(ResourceKind kind, string @namespace, ListRequest request, CancellationToken cancel)
    {
        var scope = kind.Namespaced && @namespace.Length > 0 ? @namespace : null;
        if (request.Continue.Length > 0)
        {
            return ContinueList(kind, scope, request);
        }

        if (request.ResourceVersion.Length == 0)
        {
            return Page(kind, scope, request, store.List(kind.Storage, scope), "");
        }

        var version = ParseVersion(request.ResourceVersion);
        if (version == 0)
        {
            return Page(kind, scope, request with { Limit = 0 }, store.List(kind.Storage, scope), "");
        }

        var exact = request.ResourceVersionMatch == "Exact" || (request.ResourceVersionMatch.Length == 0 && request.Limit > 0);
        await WaitForAsync(version, cancel);
        return Page(kind, scope, request, exact ? ListAt(kind, scope, version, () => ApiErrors.Expired(TooOld)) : store.List(kind.Storage, scope), "");
    }

    private ListPage ContinueList(ResourceKind kind, string? scope, ListRequest request)
    {
        if (request.ResourceVersion is not ("" or "0"))
        {
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        }

        var token = ContinueToken.Decode(request.Continue);
        var list = token.Version < 0
            ? store.List(kind.Storage, scope)
            : ListAt(kind, scope, token.Version, () => ContinueExpired(token));
        return Page(kind, scope, request, list, token.Start);
    }

    private StoreList ListAt(ResourceKind kind, string? scope, long version, Func<ApiException> expired)
    {
        try
        {
            return store.ListAt(kind.Storage, scope, version);
        }
        catch (StoreException e) when (e.Failure == StoreFailure.Expired)
        {
            throw expired();
        }
        catch (StoreException e) when (e.Failure == StoreFailure.TooLarge)
        {
            throw TooLarge(version);
        }
    }

    private static ApiException ContinueExpired(ContinueToken token) => new(410, "Expired", ContinueTooOld)
    {
        ListMetadata = new JsonObject { ["continue"] = (token with { Version = -1 }).Encode(slash: false) },
    };

    private static ListPage Page(ResourceKind kind, string? scope, ListRequest request, StoreList list, string after)
    {
        var items = new List<JsonObject>();
        var last = "";
        for (var i = 0; i < list.Items.Count; i++)
        {
            var stored = list.Items[i];
            var position = scope is null && kind.Namespaced ? $"{stored.Key.Namespace}/{stored.Key.Name}" : stored.Key.Name;
            if (after.Length > 0 && string.CompareOrdinal(position, after) <= 0)
            {
                continue;
            }

            var obj = EventConversion.FromStorage(kind, stored.Value);
            if (!request.Labels.Matches(obj) || !request.Fields.Matches(obj))
            {
                continue;
            }

            if (request.Limit > 0 && items.Count == request.Limit)
            {
                var token = new ContinueToken(list.Version, last).Encode(slash: scope is not null && kind.Storage != "events");
                long? remaining = request.Labels.IsEmpty && request.Fields.IsEmpty ? list.Items.Count - i : null;
                return new ListPage(list.Version, items, token, remaining);
            }

            items.Add(obj);
            last = position;
        }

        return new ListPage(list.Version, items);
    }

    private async Task WaitForAsync(long version, CancellationToken cancel)
    {
        if (version <= store.Version)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(FutureWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            await store.WaitForChangeAsync(version - 1, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw TooLarge(version);
        }

        if (store.Version < version)
        {
            throw TooLarge(version);
        }
    }

    private ApiException TooLarge(long version) => new(
        504, "Timeout", $"Timeout: Too large resource version: {version}, current: {store.Version}",
        new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });

    private static long ParseVersion(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (long)Math.Min(version, long.MaxValue)
            : throw ApiErrors.BadRequest($"invalid resource version: resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
}
