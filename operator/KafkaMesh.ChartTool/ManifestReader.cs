using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts.CrdTool;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KafkaMesh.ChartTool;

/// <summary>Reads what kustomize renders; whichever version rendered it, the same objects come out as the same text.</summary>
internal static class ManifestReader
{
    private static readonly string[] Head = ["apiVersion", "kind", "metadata"];

    /// <summary>The objects by the name of their template, such as <c>deployment-kafkamesh-operator.yaml</c>, each as lines of YAML.</summary>
    /// <exception cref="ChartException">Two objects have one name.</exception>
    public static SortedDictionary<string, string[]> Read(string yaml)
    {
        var objects = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        foreach (var document in stream.Documents)
        {
            var item = (JsonObject)ToJson(document.RootNode)!;
            var name = $"{item["kind"]!.ToString().ToLowerInvariant()}-{item["metadata"]!["name"]}.yaml";

            // Alerts and dashboards have templates of their own: what begins an action of helm's becomes an action that writes it.
            var lines = YamlText.Write(item).TrimEnd('\n').Replace("{{", """{{ "{{" }}""", StringComparison.Ordinal).Split('\n');
            if (!objects.TryAdd(name, lines))
                throw new ChartException($"there are two objects for the template {name}");
        }
        return objects;
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => (Key: ((YamlScalarNode)c.Key).Value!, c.Value))
            .OrderBy(c => Array.IndexOf(Head, c.Key) is var place and >= 0 ? place : Head.Length).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => KeyValuePair.Create(c.Key, ToJson(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new ChartException($"a {node.GetType().Name} stands in the manifests"),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        "null" or "~" or "" => null,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
