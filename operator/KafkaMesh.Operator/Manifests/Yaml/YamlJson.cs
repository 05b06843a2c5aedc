using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>Turns a YAML document into the JSON that Kubernetes makes of it.</summary>
internal sealed class YamlJson
{
    /// <summary>Most nodes of one document with all aliases resolved: a few lines of aliases of aliases could make billions.</summary>
    private const int MaxNodes = 1_000_000;

    private int _nodes;

    private YamlJson()
    {
    }

    /// <summary>The JSON of a node, aliases and merge keys resolved.</summary>
    /// <exception cref="ManifestSyntaxException">A key stands twice, is no text, or the document is too large.</exception>
    public static JsonNode? From(SourceNode node) => new YamlJson().Convert(node);

    /// <summary>The JSON key that a YAML key becomes: <c>on</c> is <c>true</c>, 010 is 8.</summary>
    /// <exception cref="ManifestSyntaxException">It is a list, a mapping or null.</exception>
    public static string KeyOf(SourceNode key)
    {
        if (key is SourceAlias alias)
            return KeyOf(alias.Target);
        if (key is SourceScalar scalar && YamlScalars.Resolve(scalar) is JsonValue value)
        {
            if (value.TryGetValue<string>(out var text))
                return text;
            if (value.TryGetValue<double>(out var number) && !long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                return ((float)number).ToString("R", CultureInfo.InvariantCulture);
            return value.ToJsonString();
        }
        throw new ManifestSyntaxException(key.Line, "a key must be text");
    }

    private JsonNode? Convert(SourceNode node)
    {
        if (++_nodes > MaxNodes)
            throw new ManifestSyntaxException(node.Line, $"the document has more than {MaxNodes} nodes when its aliases are resolved");
        return node switch
        {
            SourceScalar scalar => YamlScalars.Resolve(scalar),
            SourceAlias alias => Convert(alias.Target),
            SourceSequence list => new JsonArray([.. list.Items.Select(Convert)]),
            SourceMapping map => Convert(map),
            _ => null,
        };
    }

    private JsonObject Convert(SourceMapping map)
    {
        var result = new JsonObject();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            if (entry.IsMerge)
            {
                Merge(entry.Value, result);
                continue;
            }
            var key = KeyOf(entry.Key);
            if (!lines.TryAdd(key, entry.Key.Line))
                throw new ManifestSyntaxException(entry.Key.Line, $"the key '{key}' stands twice in one mapping; remove one of them");
            result[key] = Convert(entry.Value);
        }
        return result;
    }

    // In the order of the text: a merge overrides what stands before it and is overridden by what comes after; of several, the first counts.
    private void Merge(SourceNode source, JsonObject result)
    {
        var node = source is SourceAlias alias ? alias.Target : source;
        switch (node)
        {
            case SourceMapping map:
                foreach (var (key, value) in Convert(map))
                    result[key] = value?.DeepClone();
                break;
            case SourceSequence list:
                foreach (var item in list.Items.Reverse())
                {
                    if ((item is SourceAlias one ? one.Target : item) is not SourceMapping map)
                        throw new ManifestSyntaxException(item.Line, "'<<' takes mappings");
                    Merge(map, result);
                }
                break;
            default:
                throw new ManifestSyntaxException(source.Line, "'<<' takes a mapping or a list of mappings");
        }
    }
}
