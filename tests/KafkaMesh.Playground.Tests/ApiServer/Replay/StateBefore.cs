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
internal sealed class StateBefore(KindRegistry kinds, ObjectStore store, Placeholders placeholders)
{
    private readonly HashSet<ObjectKey> _known = [];

    /// <summary>Puts the objects into the store, oldest version first.</summary>
    public void Restore(Transcript transcript)
    {
        var found = new List<(long Order, ObjectKey Key, JsonObject Object)>();
        var made = transcript.Steps.Where(s => s.Status == 201).Select(s => s.Response["body"]?["metadata"]?["uid"]?.ToString()).OfType<string>().ToHashSet();
        foreach (var step in transcript.Steps)
        {
            var info = RequestInfo.Parse(step.Method, step.Url.Split('?')[0], watchParameter: false);
            var kind = kinds.Find(info.Group, info.Version, info.Resource);
            if (kind is null || !kind.IsStored)
            {
                continue;
            }

            if (step.Response["status"]!.GetValue<int>() == 201 && step.Response["body"] is JsonObject created)
            {
                _known.Add(new ObjectKey(kind.Storage, kind.Namespaced ? info.Namespace : "", ObjectMetadata.Text(created, "name")));
            }

            foreach (var obj in ObjectsIn(step.Response["body"], kind).Concat(InitialEvents(step)))
            {
                // What refers to an object that the transcript makes did not exist before it.
                if (!made.Any(uid => obj.ToJsonString().Contains(JsonSerializer.Serialize(uid), StringComparison.Ordinal)))
                {
                    Remember(found, kind, obj);
                }
            }
        }

        foreach (var (_, key, obj) in found.OrderBy(f => f.Order))
        {
            Put(key, obj);
        }
    }

    private void Remember(List<(long Order, ObjectKey Key, JsonObject Object)> found, ResourceKind kind, JsonObject obj)
    {
        var key = new ObjectKey(kind.Storage, kind.Namespaced ? ObjectMetadata.Text(obj, "namespace") : "", ObjectMetadata.Text(obj, "name"));
        if (key.Name.Length == 0 || !_known.Add(key) || store.Get(key) is not null)
        {
            return;
        }

        var order = long.TryParse(ObjectMetadata.Text(obj, "resourceVersion").Trim('<', '>').Replace("rv-", "", StringComparison.Ordinal), out var version) ? version : 0;
        found.Add((order, key, obj));
    }

    private void Put(ObjectKey key, JsonObject recorded)
    {
        var uid = ObjectMetadata.Text(recorded, "uid");
        placeholders.Bind(uid, Guid.NewGuid().ToString());
        placeholders.BindUids(recorded.ToJsonString());
        var version = ObjectMetadata.Text(recorded, "resourceVersion");
        OrderManagers(recorded);
        var obj = (JsonObject)JsonNode.Parse(placeholders.Fill(recorded))!;
        var stored = store.Create(key, obj);
        placeholders.Bind(version, ObjectMetadata.Text(stored.Value, "resourceVersion"));
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

    // A watch without a version begins with what is there.
    private static IEnumerable<JsonObject> InitialEvents(TranscriptStep step) =>
        step.Url.Contains("resourceVersion=", StringComparison.Ordinal)
            ? []
            : (step.Response["events"] as JsonArray ?? []).Where(e => e?["type"]?.ToString() == "ADDED").Select(e => e!["object"]).OfType<JsonObject>()
                .Where(o => o["kind"]?.ToString() is not ("Table" or "PartialObjectMetadata")).Select(o => (JsonObject)o.DeepClone());

    private static IEnumerable<JsonObject> ObjectsIn(JsonNode? body, ResourceKind kind)
    {
        if (body is not JsonObject document)
        {
            yield break;
        }

        if (document["kind"]?.ToString() == kind.ListKind)
        {
            foreach (var item in (document["items"] as JsonArray ?? []).OfType<JsonObject>())
            {
                var copy = new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion };
                foreach (var (key, value) in item)
                {
                    copy[key] = value?.DeepClone();
                }

                yield return copy;
            }
        }
        else if (document["kind"]?.ToString() == kind.Kind)
        {
            yield return (JsonObject)document.DeepClone();
        }
    }
}
