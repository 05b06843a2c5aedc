using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>
/// What controllers, kubelets and the recorder itself wrote between the recorded requests. The recorded versions are numbered in their order:
/// a version of an object that no recorded request wrote was written by somebody else, before whatever has a higher number. It is put into
/// the store at that point, so that the requests meet the state that they met when they were recorded.
/// </summary>
internal sealed partial class UnrecordedWrites(Transcript transcript, KindRegistry kinds, ObjectStore store, Placeholders placeholders)
{
    private readonly Dictionary<string, long> _known = [];
    private readonly HashSet<(string, long)> _done = [];
    private List<(Sighting Seen, bool IsRecorded)> _timeline = [];
    private long _revision = -1;
    private long _bound;

    /// <summary>Says that the store has an object in the version in which it was first seen.</summary>
    public void Know(string uid, long order) => _known[uid] = order;

    /// <summary>Writes what was written before the recorded request was answered.</summary>
    public void Before(TranscriptStep step)
    {
        RaiseTo(BoundOf(step));
        foreach (Match version in Version().Matches(step.Request.ToJsonString(Transcript.Relaxed)))
        {
            RaiseTo(RecordedObjects.OrderOf(version.Value));
            placeholders.Bind(version.Value, store.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        if (RecordedObjects.KindOf(kinds, step) is { } kind)
        {
            RemoveWhatIsGone(kind, step);
            AddWhatIsLeftOut(kind, step);
        }
    }

    /// <summary>Writes what a watch shows and no recorded request wrote.</summary>
    public void During(TranscriptStep watch)
    {
        if (RecordedObjects.KindOf(kinds, watch) is { } kind)
        {
            RaiseTo(RecordedObjects.In(kind, watch).Select(s => s.Order).DefaultIfEmpty().Max());
        }
    }

    /// <summary>Takes note of the versions that an answer showed.</summary>
    public void After(TranscriptStep step)
    {
        if (!step.IsWatch && RecordedObjects.KindOf(kinds, step) is { } kind)
        {
            // A part of an object that the store never had says nothing.
            foreach (var seen in RecordedObjects.In(kind, step).Where(s => s.Whole is not null || store.Get(s.Key) is not null))
            {
                _known[seen.Uid] = Math.Max(_known.GetValueOrDefault(seen.Uid), seen.Order);
            }
        }
    }

    private static long BoundOf(TranscriptStep step)
    {
        if (step.Response["events"] is JsonArray events)
        {
            var starts = step.Parameter("resourceVersion") is null or "0";
            var initial = events.OfType<JsonObject>().TakeWhile(e => starts && e["type"]?.ToString() is "ADDED" or "BOOKMARK");
            return initial.Select(e => RecordedObjects.OrderOf(VersionOf(e["object"]))).DefaultIfEmpty().Max();
        }

        var shown = RecordedObjects.OrderOf(VersionOf(step.Response["body"]));
        return step.IsWrite ? shown - 1 : shown;
    }

    private static string? VersionOf(JsonNode? node) => ((node as JsonObject)?["metadata"] as JsonObject)?["resourceVersion"]?.ToString();

    private void RaiseTo(long bound)
    {
        _bound = Math.Max(_bound, bound);
        foreach (var (seen, _) in Timeline().Where(e => !e.IsRecorded && e.Seen.Order > 0 && e.Seen.Order <= _bound))
        {
            if (_done.Add((seen.Uid, seen.Order)) && (seen.Order > _known.GetValueOrDefault(seen.Uid) || !_known.ContainsKey(seen.Uid)))
            {
                Write(seen);
            }
        }
    }

    // Of several sightings of one version the whole one counts, and an object that left a selection is not gone when another answer shows it; that of a recorded write says that it needs no hand.
    private List<(Sighting Seen, bool IsRecorded)> Timeline()
    {
        if (_revision != kinds.Revision)
        {
            _revision = kinds.Revision;
            var all = transcript.Steps.SelectMany(step => RecordedObjects.KindOf(kinds, step) is { } kind
                ? RecordedObjects.In(kind, step).Select(seen => (Seen: seen, IsRecorded: step.IsWrite && step.Info.Verb != "deletecollection"))
                : []);
            _timeline = [.. all.GroupBy(e => (e.Seen.Uid, e.Seen.Order)).Select(g => (g.MaxBy(e => (e.Seen.Whole is null ? 0 : 2) + (e.Seen.IsDeletion ? 0 : 1)).Seen, g.Any(e => e.IsRecorded)))
                .OrderBy(e => e.Seen.Order)];
        }

        return _timeline;
    }

    private void Write(Sighting seen)
    {
        if (seen.Whole is not { } whole)
        {
            return;
        }

        var isKnown = _known.ContainsKey(seen.Uid);
        _known[seen.Uid] = seen.Order;
        placeholders.Bind(seen.Uid, Guid.NewGuid().ToString());
        placeholders.BindUids(whole.ToJsonString());
        var value = (JsonObject)JsonNode.Parse(placeholders.Fill(whole))!;
        var stored = store.Get(seen.Key);
        if (stored is not null && ObjectMetadata.Text(stored.Value, "uid") != placeholders.ValueOf(seen.Uid))
        {
            store.Remove(seen.Key, stored.Version);
            stored = null;
        }

        StoredObject? written = (stored, seen.IsDeletion) switch
        {
            (null, false) when !isKnown => store.Create(seen.Key, value),
            (not null, true) => store.Remove(seen.Key, stored.Version, value),
            (not null, false) => store.Update(seen.Key, stored.Version, value),
            _ => null,
        };
        if (written is not null)
        {
            placeholders.Rebind(seen.Version, ObjectMetadata.Text(written.Value, "resourceVersion"));
        }
    }

    // An answer that shows an object to be absent proves that somebody removed it, unless a recorded request should have done so.
    private void RemoveWhatIsGone(ResourceKind kind, TranscriptStep step)
    {
        var info = step.Info;
        var scope = kind.Namespaced ? info.Namespace : "";
        if ((info is { Verb: "get", Subresource: "" } && step.Status == 404) || (step.Status == 201 && info.Subresource.Length == 0))
        {
            var name = info.Name.Length > 0 ? info.Name : ObjectMetadata.Text(step.Response["body"] as JsonObject ?? (step.Request["body"] as JsonObject) ?? [], "name");
            RemoveIfGone(step, store.Get(new ObjectKey(kind.Storage, scope, name)));
        }
        else if (ShowsAll(step))
        {
            var shown = RecordedObjects.In(kind, step).Select(s => s.Key).ToHashSet();
            var selection = new WatchFilter(kind, ListRequest.Parse(Query(step), kind, step.IsWatch), null);
            foreach (var item in store.List(kind.Storage, scope.Length > 0 ? scope : null).Items.Where(i => !shown.Contains(i.Key) && selection.Select(i.Value) is not null))
            {
                RemoveIfGone(step, item);
            }
        }
    }

    // An object whose content the recorder left out was there nevertheless.
    private void AddWhatIsLeftOut(ResourceKind kind, TranscriptStep step)
    {
        var key = new ObjectKey(kind.Storage, kind.Namespaced ? step.Info.Namespace : "", step.Info.Name);
        if (step is { IsBodyLeftOut: true, Status: 200, Info: { Verb: "get", Subresource: "" } } && store.Get(key) is null)
        {
            var metadata = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace, ["uid"] = Guid.NewGuid().ToString() };
            store.Create(key, new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = metadata });
        }
    }

    // A list without further pages, or a watch that begins with what is there.
    private static bool ShowsAll(TranscriptStep step) => step.IsWatch
        ? step.Parameter("sendInitialEvents") == "true"
        : step.Info.Verb == "list" && step.Status == 200 && step.Response["body"] is JsonObject list && step.Parameter("continue") is null
            && ((list["metadata"] as JsonObject)?["continue"]?.ToString() ?? "").Length == 0;

    private QueryCollection Query(TranscriptStep step)
    {
        var url = placeholders.Fill(step.Url);
        return new QueryCollection(QueryHelpers.ParseQuery(url.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? url[at..] : ""));
    }

    private void RemoveIfGone(TranscriptStep step, StoredObject? stored)
    {
        if (stored is null)
        {
            return;
        }

        var uid = ObjectMetadata.Text(stored.Value, "uid");
        var isTerminating = ObjectMetadata.Text(stored.Value, "deletionTimestamp").Length > 0;
        var isOrphan = ((stored.Value["metadata"] as JsonObject)?["ownerReferences"] as JsonArray ?? []).Any(o => !IsStored(o?["uid"]?.ToString()));
        var others = transcript.Steps.Where(s => RecordedObjects.KindOf(kinds, s)?.Storage == stored.Key.Storage).ToList();
        var isSeenLater = others.Any(s => s.Line > step.Line && RecordedObjects.In(RecordedObjects.KindOf(kinds, s)!, s).Any(seen => placeholders.ValueOf(seen.Uid) == uid));
        var lastSeen = others.Where(s => s.Line < step.Line && s.Method != "DELETE" && RecordedObjects.In(RecordedObjects.KindOf(kinds, s)!, s).Any(seen => placeholders.ValueOf(seen.Uid) == uid)).Select(s => s.Line).DefaultIfEmpty().Max();
        var isDeletedByRequest = others.Any(s => s.Line < step.Line && s.Line > lastSeen && s is { Method: "DELETE", IsWrite: true } && (s.Info.Name == stored.Key.Name || s.Info.Name.Length == 0));
        if (Timeline().FirstOrDefault(e => e.Seen.IsDeletion && placeholders.ValueOf(e.Seen.Uid) == uid).Seen is { } deletion)
        {
            // A watch shows when it was removed, and what was written to it before.
            RaiseTo(deletion.Order);
            return;
        }

        if (!isSeenLater && (isTerminating || isOrphan || !isDeletedByRequest))
        {
            store.Remove(stored.Key, stored.Version);
        }
    }

    private bool IsStored(string? uid) => kinds.All.Where(k => k.IsStored).Select(k => k.Storage).Distinct()
        .Any(storage => store.List(storage).Items.Any(i => ObjectMetadata.Text(i.Value, "uid") == uid));

    [GeneratedRegex(@"<rv-\d+>", RegexOptions.None, 1000)]
    private static partial Regex Version();
}
