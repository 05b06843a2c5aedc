using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>Measures JSON values without recursion, so that a patch can be refused before it exhausts stack or memory.</summary>
internal static class JsonBounds
{
    /// <summary>Deepest value, and longest path, that a patch may use.</summary>
    public const int MaxDepth = 128;

    /// <summary>Most bytes that all copy operations of one patch may add (Kubernetes: ten times the request limit).</summary>
    public const long MaxCopiedBytes = 30L * 1024 * 1024;

    /// <summary>A lower bound of the bytes of <paramref name="node"/>; null when it is nested deeper than <see cref="MaxDepth"/>.</summary>
    public static long? Measure(JsonNode? node)
    {
        long size = 0;
        var pending = new Stack<(JsonNode? Node, int Depth)>();
        pending.Push((node, 0));
        while (pending.TryPop(out var next))
        {
            if (next.Depth > MaxDepth)
            {
                return null;
            }

            switch (next.Node)
            {
                case JsonObject map:
                    size += 2;
                    foreach (var (name, child) in map)
                    {
                        size += name.Length + 3;
                        pending.Push((child, next.Depth + 1));
                    }

                    break;
                case JsonArray list:
                    size += 2;
                    foreach (var child in list)
                    {
                        pending.Push((child, next.Depth + 1));
                    }

                    break;
                case JsonValue value when value.TryGetValue<string>(out var text):
                    size += text.Length + 3;
                    break;
                default:
                    size += 5;
                    break;
            }
        }

        return size;
    }
}
