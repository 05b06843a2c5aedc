using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Events are one kind of object under two APIs with other field names; the store holds the core form.</summary>
internal static class EventConversion
{
    private const string NewGroup = "events.k8s.io";

    private static readonly (string Core, string New)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ];

    private static readonly string[] CoreOrder =
    [
        "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type", "eventTime", "series", "action", "related",
        "reportingComponent", "reportingInstance",
    ];

    private static readonly string[] NewOrder =
    [
        "eventTime", "series", "reportingController", "reportingInstance", "action", "reason", "regarding", "related", "note", "type",
        "deprecatedSource", "deprecatedFirstTimestamp", "deprecatedLastTimestamp", "deprecatedCount",
    ];

    /// <summary>The object as a client of <paramref name="kind"/> sees it; other kinds come back as they are.</summary>
    public static JsonObject FromStorage(ResourceKind kind, JsonObject stored) =>
        kind.Storage != "events" ? stored : kind.Group == NewGroup ? Convert(stored, kind, NewOrder, toNew: true) : Complete(stored);

    /// <summary>The object as the store holds it; other kinds come back as they are.</summary>
    public static JsonObject ToStorage(ResourceKind kind, JsonObject obj) =>
        kind.Storage != "events" || kind.Group != NewGroup ? obj : Convert(obj, kind with { Group = "" }, CoreOrder, toNew: false);

    private static JsonObject Convert(JsonObject source, ResourceKind target, string[] order, bool toNew)
    {
        var renamed = new Dictionary<string, JsonNode?>();
        foreach (var (key, value) in source)
        {
            var pair = Names.FirstOrDefault(n => (toNew ? n.Core : n.New) == key);
            renamed[pair == default ? key : toNew ? pair.New : pair.Core] = value;
        }

        var result = new JsonObject { ["kind"] = "Event", ["apiVersion"] = target.ApiVersion, ["metadata"] = source["metadata"]?.DeepClone() };
        foreach (var key in order)
        {
            var empty = toNew && key is "reportingController" or "reportingInstance" && renamed.GetValueOrDefault(key)?.ToString() is "";
            if (!empty && (renamed.ContainsKey(key) || IsAlwaysShown(key, toNew)))
            {
                result[key] = renamed.GetValueOrDefault(key)?.DeepClone() ?? EmptyValue(key);
            }
        }

        return result;
    }

    private static JsonObject Complete(JsonObject stored)
    {
        var result = (JsonObject)stored.DeepClone();
        foreach (var key in CoreOrder)
        {
            if (IsAlwaysShown(key, toNew: false) && !result.ContainsKey(key))
            {
                result[key] = EmptyValue(key);
            }
        }

        return result;
    }

    // Go writes these although they are empty: structs and times without omitempty.
    private static bool IsAlwaysShown(string key, bool toNew) => toNew
        ? key is "eventTime" or "regarding" or "deprecatedSource" or "deprecatedFirstTimestamp" or "deprecatedLastTimestamp"
        : key is "involvedObject" or "source" or "firstTimestamp" or "lastTimestamp" or "eventTime" or "reportingComponent" or "reportingInstance";

    private static JsonNode? EmptyValue(string key) => key switch
    {
        "source" or "deprecatedSource" or "involvedObject" or "regarding" => new JsonObject(),
        "reportingComponent" or "reportingInstance" or "reportingController" => "",
        _ => null,
    };
}
