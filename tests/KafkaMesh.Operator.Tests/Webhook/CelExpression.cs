using System.Text.Json.Nodes;
using Cel;

namespace KafkaMesh.Operator.Tests.Webhook;

/// <summary>
/// An expression as a CEL implementation understands it that knows nothing of Kubernetes. As in an API server, <c>object</c> is of the type dyn: a map,
/// in which a pod without labels has no key of that name.
/// </summary>
internal static class CelExpression
{
    /// <summary>Compiles an expression; what it returns throws where CEL has an evaluation error.</summary>
    public static Func<JsonObject, bool> Compile(string expression)
    {
        var compiled = new CelEnvironment(null, null).Compile(expression);
        return pod => (bool)compiled(new Dictionary<string, object?> { ["object"] = Value(pod) })!;
    }

    private static object? Value(JsonNode? node) => node switch
    {
        JsonObject map => map.ToDictionary(p => p.Key, p => Value(p.Value), StringComparer.Ordinal),
        JsonArray list => list.Select(Value).ToArray(),
        null => null,
        _ => node.ToString(),
    };
}
