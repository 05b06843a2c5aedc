using System.Text.Json.Nodes;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Matches labels against selectors of meta/v1 and of Services.</summary>
internal static class LabelSelection
{
    /// <summary>Whether a LabelSelector (matchLabels and matchExpressions) selects an object; an absent one selects nothing, an empty one everything.</summary>
    public static bool Selects(JsonNode? selector, JsonObject obj)
    {
        if (selector is null) return false;
        var labels = obj.At("metadata", "labels");
        return selector.Entries("matchLabels").All(wanted => labels.Text(wanted.Key) == wanted.Value)
            && selector.Objects("matchExpressions").All(e => Holds(e, labels));
    }

    /// <summary>Whether a Service's plain map selects an object; an empty map selects nothing.</summary>
    public static bool SelectsAll(JsonNode? map, JsonObject obj) =>
        map.Entries() is { Count: > 0 } wanted && wanted.All(label => obj.Text("metadata", "labels", label.Key) == label.Value);

    private static bool Holds(JsonObject expression, JsonNode? labels)
    {
        var value = labels.Text(expression.Text("key") ?? "");
        var values = expression.Texts("values");
        return expression.Text("operator") switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
