using System.Text.Json.Nodes;
using KafkaMesh.Playground.Node.Pods;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>What LimitRanges say, with what the API fills in: of containers, default from max, and defaultRequest from default, else from min.</summary>
internal static class LimitRangeItems
{
    /// <summary>Items of a type.</summary>
    public static IEnumerable<JsonObject> Of(IEnumerable<JsonObject> ranges, string type) =>
        ranges.SelectMany(range => range.Map("spec").Items("limits")).Where(item => item.Text("type") == type);

    /// <summary>Amounts of one part of an item, or of a container's resources: as written, and as a number.</summary>
    public static IEnumerable<(string Resource, JsonNode Written, decimal Value)> Amounts(JsonObject? map) =>
        (map ?? []).Where(p => ResourceQuantity.TryParse(p.Value?.ToString()) is not null).Select(p => (p.Key, p.Value!, ResourceQuantity.TryParse(p.Value!.ToString())!.Value));

    /// <summary>The limits that a container gets which names none.</summary>
    public static Dictionary<string, JsonNode> Limits(JsonObject item) => First(item, "default", "max");

    /// <summary>The requests that a container gets which names none.</summary>
    public static Dictionary<string, JsonNode> Requests(JsonObject item) => First(item, "defaultRequest", "default", "max", "min");

    private static Dictionary<string, JsonNode> First(JsonObject item, params string[] parts)
    {
        var result = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var (resource, written, _) in parts.SelectMany(part => Amounts(item.Map(part))))
        {
            result.TryAdd(resource, written);
        }

        return result;
    }
}
