using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>
/// Finds the objects that existed before a transcript began: those that an answer shows without the transcript having created them. They are
/// put into the store as they were first seen.
/// </summary>
internal sealed class StateBefore(KindRegistry kinds, ObjectStore store, Placeholders placeholders, UnrecordedWrites others)
{
    private readonly HashSet<ObjectKey> _known = [];
    private readonly HashSet<string> _later = [];

    /// <summary>Puts the objects into the store, oldest version first.</summary>
    public void Restore(Transcript transcript)
    {
        var found = new List<Sighting>();
        FindLater(transcript);
        foreach (var step in transcript.Steps)
        {
            if (RecordedObjects.KindOf(kinds, step) is { } kind)
            {
                Look(found, kind, step);
            }
        }

        foreach (var seen in found.OrderBy(f => f.Order))
        {
            Put(seen);
        }
    }

    /// <summary>Puts a definition into the store as an answer shows it, before the kinds of the other objects are looked for.</summary>
    /// <returns>False when the transcript makes or changes it before it shows it.</returns>
    public bool RestoreDefinition(Transcript transcript, string name)
    {
        var first = transcript.Steps.FirstOrDefault(step => step.Info.Resource == "customresourcedefinitions" && Shows(step, name));
        if (first is not { Status: 200, Method: "GET" or "DELETE" } || RecordedObjects.KindOf(kinds, first) is not { } kind)
        {
            return false;
        }

        var seen = RecordedObjects.In(kind, first).First(s => s.Key.Name == name);
        if (first.Method == "DELETE")
        {
            UndoDeletion(seen.Whole!);
        }

        _known.Add(seen.Key);
        Put(seen);
        return true;
    }

    private bool Shows(TranscriptStep step, string name) =>
        RecordedObjects.KindOf(kinds, step) is { } kind && RecordedObjects.In(kind, step).Any(s => s.Key.Name == name && s.Whole is not null);

    // What refers to an object that the transcript makes did not exist before it either.
    private void FindLater(Transcript transcript)
    {
        _later.UnionWith(transcript.Steps.Where(s => s.Status == 201).Select(s => ((s.Response["body"] as JsonObject)?["metadata"] as JsonObject)?["uid"]?.ToString()).OfType<string>());
        var whole = transcript.Steps.SelectMany(step => RecordedObjects.KindOf(kinds, step) is { } kind ? RecordedObjects.In(kind, step) : [])
            .Where(seen => seen.Whole is not null).Select(seen => (seen.Uid, Text: seen.Whole!.ToJsonString())).ToList();
        for (var count = -1; count != _later.Count;)
        {
            count = _later.Count;
            var quoted = _later.Select(uid => JsonSerializer.Serialize(uid)).ToList();
            _later.UnionWith(whole.Where(w => !_later.Contains(w.Uid) && quoted.Any(uid => w.Text.Contains(uid, StringComparison.Ordinal))).Select(w => w.Uid));
        }
    }

    private void Look(List<Sighting> found, ResourceKind kind, TranscriptStep step)
    {
        if (step.Status == 201 && step.Response["body"] is JsonObject created)
        {
            _known.Add(new ObjectKey(kind.Storage, kind.Namespaced ? step.Info.Namespace : "", ObjectMetadata.Text(created, "name")));
        }

        if (step is { IsWrite: true, Method: "DELETE" } && (step.Response["body"] as JsonObject)?["details"] is JsonObject details && details["uid"]?.ToString() is { } uid)
        {
            AddBare(found, kind, step, details["name"]!.ToString(), uid);
        }

        // A watch without a version begins with what is there.
        var isFromBefore = !step.IsWatch || step.Parameter("resourceVersion") is null or "0";
        foreach (var seen in RecordedObjects.In(kind, step).Where(s => isFromBefore && s is { Whole: not null, IsDeletion: false }))
        {
            if (!_later.Contains(seen.Uid) && _known.Add(seen.Key) && store.Get(seen.Key) is null)
            {
                if (step.Method == "DELETE")
                {
                    UndoDeletion(seen.Whole!);
                }

                found.Add(seen);
            }
        }
    }

    // Of an object that was only deleted, name and uid are all that is known.
    private void AddBare(List<Sighting> found, ResourceKind kind, TranscriptStep step, string name, string uid)
    {
        var key = new ObjectKey(kind.Storage, kind.Namespaced ? step.Info.Namespace : "", name);
        if (!_later.Contains(uid) && _known.Add(key) && store.Get(key) is null)
        {
            var metadata = new JsonObject { ["name"] = name, ["uid"] = uid, ["creationTimestamp"] = "<time>" };
            if (kind.Namespaced)
            {
                metadata["namespace"] = step.Info.Namespace;
            }

            found.Add(new Sighting(uid, 0, "", key, new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = metadata }, false));
        }
    }

    private void Put(Sighting seen)
    {
        placeholders.Bind(seen.Uid, Guid.NewGuid().ToString());
        placeholders.BindUids(seen.Whole!.ToJsonString());
        OrderManagers(seen.Whole);
        var obj = (JsonObject)JsonNode.Parse(placeholders.Fill(seen.Whole))!;
        var stored = store.Create(seen.Key, obj);
        placeholders.Bind(seen.Version, ObjectMetadata.Text(stored.Value, "resourceVersion"));
        others.Know(seen.Uid, seen.Order);
    }

    // An object that is first seen when it is deleted was not terminating before.
    private static void UndoDeletion(JsonObject recorded)
    {
        var metadata = (JsonObject)recorded["metadata"]!;
        if (!metadata.Remove("deletionTimestamp"))
        {
            return;
        }

        if (metadata.Remove("deletionGracePeriodSeconds") && metadata["generation"] is JsonValue generation)
        {
            metadata["generation"] = generation.GetValue<long>() - 1;
        }

        var finalizers = (metadata["finalizers"] as JsonArray ?? []).Select(f => f!.ToString()).Where(f => f is not ("foregroundDeletion" or "orphan" or "customresourcecleanup.apiextensions.k8s.io")).ToList();
        metadata.Remove("finalizers");
        if (finalizers.Count > 0)
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode)f)]);
        }

        if ((recorded["status"] as JsonObject)?["conditions"] is JsonArray conditions)
        {
            conditions.Where(c => c?["type"]?.ToString() == "Terminating").ToList().ForEach(c => conditions.Remove(c));
        }

        if ((recorded["status"] as JsonObject)?["phase"]?.ToString() == "Terminating")
        {
            recorded["status"]!["phase"] = "Active";
        }
    }

    // The entries of managedFields stand in the order of their times, which the recorder masked.
    private static void OrderManagers(JsonObject recorded)
    {
        var entries = recorded["metadata"]?["managedFields"] as JsonArray ?? [];
        foreach (var (entry, i) in entries.OfType<JsonObject>().Select((entry, i) => (entry, i)).Where(e => e.entry.ContainsKey("time")))
        {
            entry["time"] = $"2026-01-01T00:00:{i:00}Z";
        }
    }
}
