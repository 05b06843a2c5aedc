using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>Takes out of a recording what a playground's API server alone does not have: the marks of the recorded fork, and CEL rules.</summary>
internal static class RecordedParts
{
    /// <summary>Removes the ConfigMap that the recorded server, a fork, projects into every pod.</summary>
    public static void RemoveForkArtefacts(JsonNode? node) => RemoveItems(node, item => (item["configMap"] as JsonObject)?["name"]?.ToString() == "openshift-service-ca.crt");

    /// <summary>Removes the CEL rules of the recorded definition, which this server refuses by name: it is installed without them.</summary>
    public static void RemoveRules(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject obj:
                obj.Remove("x-kubernetes-validations");
                foreach (var (_, value) in obj)
                {
                    RemoveRules(value);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    RemoveRules(item);
                }

                break;
        }
    }

    private static void RemoveItems(JsonNode? node, Func<JsonObject, bool> isForeign)
    {
        switch (node)
        {
            case JsonObject obj:
                foreach (var (key, value) in obj.ToList())
                {
                    var before = (value as JsonArray)?.Count ?? 0;
                    RemoveItems(value, isForeign);
                    if (value is JsonArray { Count: 0 } && before > 0)
                    {
                        obj.Remove(key);
                    }
                }

                break;
            case JsonArray array:
                foreach (var item in array.OfType<JsonObject>().Where(isForeign).ToList())
                {
                    array.Remove(item);
                }

                foreach (var item in array)
                {
                    RemoveItems(item, isForeign);
                }

                break;
        }
    }
}
