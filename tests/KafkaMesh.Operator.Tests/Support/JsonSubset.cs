using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Compares what was sent with what came back: an API server adds defaults, and may take nothing away.</summary>
internal static class JsonSubset
{
    /// <summary>Every property of the smaller value is in the larger one; lists are of one length and in one order.</summary>
    public static void AssertCovers(JsonNode? larger, JsonNode? smaller, string path = "")
    {
        switch (smaller)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    // An empty map, an empty list, null and false are what an absent field means.
                    if (value is JsonObject { Count: 0 } or JsonArray { Count: 0 } or null || (value is JsonValue flag && flag.TryGetValue<bool>(out var set) && !set))
                        continue;
                    Assert.True(larger is JsonObject other && other[key] is not null, $"{path}.{key} is missing");
                    AssertCovers(larger![key], value, $"{path}.{key}");
                }
                break;
            case JsonArray list:
                Assert.True(larger is JsonArray array && array.Count == list.Count, $"{path} has another length: {larger?.ToJsonString()} instead of {list.ToJsonString()}");
                for (var i = 0; i < list.Count; i++)
                    AssertCovers(larger![i], list[i], $"{path}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(larger, smaller), $"{path} is {larger?.ToJsonString()} instead of {smaller?.ToJsonString()}");
                break;
        }
    }
}
