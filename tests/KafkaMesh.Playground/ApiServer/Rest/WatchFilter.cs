using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Turns store changes into what a watch with selectors shows: entering the selection is ADDED, leaving it is DELETED.</summary>
internal sealed class WatchFilter(ResourceKind kind, ListRequest request, string? name)
{
    /// <summary>The object as the client sees it if it is selected, else null.</summary>
    public JsonObject? Select(JsonObject stored)
    {
        var obj = EventConversion.FromStorage(kind, stored);
        var selected = (name is null || ObjectMetadata.Text(obj, "name") == name) && request.Labels.Matches(obj) && request.Fields.Matches(obj);
        return selected ? obj : null;
    }

    /// <summary>The event for a change, or null when the selection never held the object.</summary>
    public (string Type, JsonObject Object)? EventFor(StoreEvent change)
    {
        var before = change.Previous is null ? null : Select(change.Previous.Value);
        var after = change.Current is null ? null : Select(change.Current.Value);
        if (change.Removed is not null)
        {
            return before is null ? null : ("DELETED", EventConversion.FromStorage(kind, change.Removed.Value));
        }

        return (before, after) switch
        {
            (null, null) => null,
            (null, not null) => ("ADDED", after),
            (not null, not null) => ("MODIFIED", after),
            _ => ("DELETED", WithVersion(before, change.Version)),
        };
    }

    /// <summary>What left the selection is shown as it was, with the version of the change.</summary>
    private static JsonObject WithVersion(JsonObject obj, long version)
    {
        var copy = (JsonObject)obj.DeepClone();
        ObjectMetadata.Of(copy)["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return copy;
    }
}
