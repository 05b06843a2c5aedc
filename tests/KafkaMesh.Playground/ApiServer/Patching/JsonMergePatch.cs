using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>RFC 7386: objects merge, null removes, everything else replaces.</summary>
internal static class JsonMergePatch
{
    /// <summary>Applies <paramref name="patch"/> to a copy of <paramref name="document"/>.</summary>
    public static JsonObject Apply(JsonObject document, JsonObject patch)
    {
        var result = (JsonObject)document.DeepClone();
        Merge(result, patch);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject map:
                    if (target[name] is not JsonObject child)
                    {
                        child = [];
                        target[name] = child;
                    }

                    Merge(child, map);
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }
}
