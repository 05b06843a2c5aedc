using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Reads values by short paths such as <c>spec.containers[name=main].image</c>; a dot in a key is written <c>\.</c>.</summary>
internal static class JsonPaths
{
    /// <summary>The value at a path; null when there is none.</summary>
    public static JsonNode? Get(JsonNode? node, string path)
    {
        foreach (var step in path.Replace("\\.", "\u0001").Split('.'))
        {
            var name = step.Replace('\u0001', '.');
            var bracket = name.IndexOf('[');
            node = (node as JsonObject)?[bracket < 0 ? name : name[..bracket]];
            if (bracket >= 0)
                node = Select(node as JsonArray, name[(bracket + 1)..^1]);
        }
        return node;
    }

    private static JsonNode? Select(JsonArray? list, string filter)
    {
        var parts = filter.Split('=');
        return list?.FirstOrDefault(item => item?[parts[0]]?.ToString() == parts[1]);
    }
}
