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
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _version = 100;
    private int _compacted = 100;

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
        }
    }

    /// <summary>A list page; the continue token is the next name.</summary>
    public async Task ListAsync(ReceivedRequest request, HttpContext context)
    {
        var limit = request.Query.TryGetValue("limit", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : int.MaxValue;
        var start = request.Query.GetValueOrDefault("continue", "");
        JsonObject list;
        lock (_gate)
        {
            var rest = _objects.Where(pair => string.CompareOrdinal(pair.Key, start) >= 0).ToList();
            list = new JsonObject
            {
                ["kind"] = "List",
                ["metadata"] = new JsonObject
                {
                    ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture),
                    ["continue"] = rest.Count > limit ? rest[limit].Key : "",
                },
                ["items"] = new JsonArray([.. rest.Take(limit).Select(pair => pair.Value.DeepClone())]),
            };
        }

        await Answers.JsonAsync(context, 200, list);
    }

    /// <summary>A watch that goes on until the client leaves or <paramref name="end"/> is cancelled.</summary>
    public async Task WatchAsync(ReceivedRequest request, HttpContext context, CancellationToken end)
    {
        var version = int.Parse(request.Query["resourceVersion"], CultureInfo.InvariantCulture);
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
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
