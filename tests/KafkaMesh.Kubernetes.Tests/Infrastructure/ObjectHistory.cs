using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>Objects of one kind with their history: lists in pages and watches with 410 after compaction, as a real server does.</summary>
internal sealed class ObjectHistory
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(int Version, string Type, JsonObject Object)> _events = [];
    private readonly List<string> _told = [];
    private readonly Dictionary<int, List<JsonObject>> _snapshots = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _version = 100;
    private int _compacted = 100;

    /// <summary>Every change since the beginning as <c>ADDED name uid version</c>, compacted ones too.</summary>
    public IReadOnlyList<string> AllChanges
    {
        get
        {
            lock (_gate)
            {
                return [.. _told];
            }
        }
    }

    public int Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    /// <summary>Name to resource version, as a client should see it.</summary>
    public SortedDictionary<string, string> Snapshot()
    {
        lock (_gate)
        {
            return new SortedDictionary<string, string>(_objects.ToDictionary(pair => pair.Key, pair => (string)pair.Value["metadata"]!["resourceVersion"]!));
        }
    }

    public JsonObject? Get(string name)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(name, out var found) ? found.DeepClone().AsObject() : null;
        }
    }

    /// <summary>Creates or changes an object.</summary>
    public void Put(string name, JsonObject? content = null)
    {
        lock (_gate)
        {
            var isNew = !_objects.TryGetValue(name, out var old);
            var uid = isNew ? Guid.NewGuid().ToString() : (string)old!["metadata"]!["uid"]!;
            var stored = (content ?? new JsonObject()).DeepClone().AsObject();
            var metadata = stored["metadata"] as JsonObject ?? new JsonObject();
            metadata["name"] = name;
            metadata["namespace"] = "demo";
            metadata["uid"] = uid;
            metadata["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            stored["metadata"] = metadata.Parent is null ? metadata : metadata.DeepClone();
            _objects[name] = stored;
            Append(isNew ? "ADDED" : "MODIFIED", stored);
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            var gone = _objects[name].DeepClone().AsObject();
            _objects.Remove(name);
            gone["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            Append("DELETED", gone);
        }
    }

    /// <summary>Forgets history: watches from before are 410.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            _compacted = _version;
            _events.Clear();
            _snapshots.Clear();
        }
    }

    /// <summary>What the server has now, for <see cref="Restore"/>.</summary>
    public (int Version, IReadOnlyList<JsonObject> Objects) BackUp()
    {
        lock (_gate)
        {
            return (_version, [.. _objects.Values.Select(item => item.DeepClone().AsObject())]);
        }
    }

    /// <summary>Goes back to a backup: what happened since is unknown to the server, its versions too.</summary>
    public void Restore((int Version, IReadOnlyList<JsonObject> Objects) backUp)
    {
        lock (_gate)
        {
            _objects.Clear();
            foreach (var item in backUp.Objects)
            {
                _objects[(string)item["metadata"]!["name"]!] = item.DeepClone().AsObject();
            }

            _version = _compacted = backUp.Version;
            _events.Clear();
            _snapshots.Clear();
        }
    }

    /// <summary>
    /// A list, with a real server's rules: pages show one state and expire with it, a limit is passed over with resourceVersion=0, and a version that
    /// the server has not reached is too large.
    /// </summary>
    public Task ListAsync(ReceivedRequest request, HttpContext context)
    {
        var version = request.Query.GetValueOrDefault("resourceVersion", "");
        var limit = version != "0" && request.Query.TryGetValue("limit", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : int.MaxValue;
        lock (_gate)
        {
            if (version.Length > 0 && int.Parse(version, CultureInfo.InvariantCulture) > _version)
            {
                return TooLargeAsync(context, version);
            }

            var token = request.Query.GetValueOrDefault("continue", "").Split('/', 2);
            if (token.Length < 2)
            {
                return PageAsync(context, [.. _objects.Values.Select(item => item.DeepClone().AsObject())], _version, start: "", limit);
            }

            var asOf = int.Parse(token[0], CultureInfo.InvariantCulture);
            return _snapshots.TryGetValue(asOf, out var snapshot)
                ? PageAsync(context, snapshot, asOf, token[1], limit)
                : Answers.StatusAsync(context, 410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
        }
    }

    private Task PageAsync(HttpContext context, List<JsonObject> snapshot, int asOf, string start, int limit)
    {
        var rest = snapshot.Where(item => string.CompareOrdinal((string)item["metadata"]!["name"]!, start) >= 0).ToList();
        if (rest.Count > limit)
        {
            _snapshots[asOf] = snapshot;
        }

        return Answers.JsonAsync(context, 200, new JsonObject
        {
            ["kind"] = "List",
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = asOf.ToString(CultureInfo.InvariantCulture),
                ["continue"] = rest.Count > limit ? $"{asOf}/{rest[limit]["metadata"]!["name"]}" : "",
            },
            ["items"] = new JsonArray([.. rest.Take(limit).Select(item => item.DeepClone())]),
        });
    }

    private static Task TooLargeAsync(HttpContext context, string version)
    {
        var status = Answers.Status(504, "Timeout", $"Too large resource version: {version}");
        status["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge" }), ["retryAfterSeconds"] = 1 };
        context.Response.Headers.RetryAfter = "1";
        return Answers.JsonAsync(context, 504, status);
    }

    /// <summary>A watch that goes on until the client leaves or <paramref name="end"/> is cancelled.</summary>
    public async Task WatchAsync(ReceivedRequest request, HttpContext context, CancellationToken end)
    {
        var version = int.Parse(request.Query["resourceVersion"], CultureInfo.InvariantCulture);
        if (version > Version)
        {
            await TooLargeAsync(context, request.Query["resourceVersion"]);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end, context.RequestAborted);
        await Answers.PieceAsync(context, "");
        while (!stop.IsCancellationRequested)
        {
            List<(int Version, string Type, JsonObject Object)> due;
            Task changed;
            lock (_gate)
            {
                due = version < _compacted ? [] : [.. _events.Where(item => item.Version > version)];
                changed = _changed.Task;
            }

            if (version < _compacted && due.Count == 0)
            {
                await Answers.PieceAsync(context, Answers.EventLine("ERROR", Answers.Status(410, "Expired", $"too old resource version: {version}")));
                return;
            }

            foreach (var item in due)
            {
                await Answers.PieceAsync(context, Answers.EventLine(item.Type, item.Object));
                version = item.Version;
            }

            if (due.Count == 0)
            {
                await Task.WhenAny(changed, Task.Delay(Timeout.InfiniteTimeSpan, stop.Token));
            }
        }
    }

    private void Append(string type, JsonObject stored)
    {
        _events.Add((_version, type, stored.DeepClone().AsObject()));
        _told.Add($"{type} {stored["metadata"]!["name"]} {stored["metadata"]!["uid"]} {_version}");
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
