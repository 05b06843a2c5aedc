using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>Finds the objects that recorded answers show.</summary>
internal static class RecordedObjects
{
    /// <summary>The kind that a request is about if its objects are stored in the form in which it shows them, else null.</summary>
    public static ResourceKind? KindOf(KindRegistry kinds, TranscriptStep step)
    {
        var info = step.Info;
        return kinds.Find(info.Group, info.Version, info.Resource) is { IsStored: true } kind && kind.Storage == kind.GroupResource ? kind : null;
    }

    /// <summary>The objects of an answer: its body, the items of its list, the rows of its table, the events of its watch.</summary>
    public static IEnumerable<Sighting> In(ResourceKind kind, TranscriptStep step)
    {
        var body = InDocument(kind, step.Response["body"] as JsonObject, isDeletion: false);
        var events = (step.Response["events"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(e => InDocument(kind, e["object"] as JsonObject, e["type"]?.ToString() == "DELETED"));
        return body.Concat(events);
    }

    /// <summary>The place of a version in the recording's order: <c>&lt;rv-7&gt;</c> is 7; 0 for others, which are older than the recording.</summary>
    public static long OrderOf(string? version) => version is not null && version.StartsWith("<rv-", StringComparison.Ordinal)
        ? long.Parse(version[4..^1], CultureInfo.InvariantCulture)
        : 0;

    private static IEnumerable<Sighting> InDocument(ResourceKind kind, JsonObject? document, bool isDeletion)
    {
        if (document is null)
        {
            return [];
        }

        if (document["kind"]?.ToString() == "Status")
        {
            return [];
        }

        if (document.ContainsKey("items"))
        {
            var isWhole = document["kind"]?.ToString() == kind.ListKind;
            return (document["items"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(item => See(kind, item, isWhole ? OfList(kind, item) : null, isDeletion));
        }

        if (document["kind"]?.ToString() is "Table")
        {
            return (document["rows"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(row => InDocument(kind, row["object"] as JsonObject, isDeletion));
        }

        return See(kind, document, document["kind"]?.ToString() == kind.Kind ? (JsonObject)document.DeepClone() : null, isDeletion);
    }

    private static IEnumerable<Sighting> See(ResourceKind kind, JsonObject shown, JsonObject? whole, bool isDeletion)
    {
        var (uid, name, version) = (ObjectMetadata.Text(shown, "uid"), ObjectMetadata.Text(shown, "name"), ObjectMetadata.Text(shown, "resourceVersion"));
        if (uid.Length > 0 && name.Length > 0)
        {
            var key = new ObjectKey(kind.Storage, kind.Namespaced ? ObjectMetadata.Text(shown, "namespace") : "", name);
            yield return new Sighting(uid, OrderOf(version), version, key, whole, isDeletion);
        }
    }

    private static JsonObject OfList(ResourceKind kind, JsonObject item)
    {
        var whole = new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion };
        foreach (var (key, value) in item)
        {
            whole[key] = value?.DeepClone();
        }

        return whole;
    }
}
