using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Manifests.Yaml;

namespace KafkaMesh.Operator.Commands.Status;

/// <summary>Monitors for programs: what they hold in <c>.status</c>, and what <c>kafkamesh status</c> makes of it.</summary>
internal static class StatusJson
{
    /// <summary>One monitor.</summary>
    public static JsonObject One(MonitorView monitor)
    {
        var json = new JsonObject
        {
            ["apiVersion"] = "cli.kafkamesh.io/v1",
            ["kind"] = "MonitorStatus",
            ["version"] = ProductVersion.Text,
            ["namespace"] = monitor.Namespace,
            ["name"] = monitor.Name,
            ["health"] = monitor.Health,
            ["explanation"] = monitor.Explanation,
            ["stale"] = monitor.IsStale,
        };
        if (monitor.Age is { } age)
            json["figuresAgeSeconds"] = (long)Math.Max(0, age.TotalSeconds);
        if (monitor.RawStatus is { } status)
            json["status"] = status.DeepClone();
        return json;
    }

    /// <summary>Several.</summary>
    public static JsonObject List(IEnumerable<MonitorView> monitors) => new()
    {
        ["apiVersion"] = "cli.kafkamesh.io/v1",
        ["kind"] = "MonitorStatusList",
        ["items"] = new JsonArray([.. monitors.Select(m => (JsonNode)One(m))]),
    };

    /// <summary>As text that ends with a line break; what would hide or turn it on a terminal is escaped.</summary>
    /// <param name="json">The document.</param>
    /// <param name="isYaml">YAML instead of JSON.</param>
    public static string Write(JsonObject json, bool isYaml) => isYaml ? Escaped(YamlWriter.Write(json).TrimEnd('\n') + "\n") : OutputJson.WriteIndented(json);

    // The writer puts everything but plain ASCII into double quotes, where this is an escape of YAML's.
    private static string Escaped(string yaml)
    {
        var text = new StringBuilder(yaml.Length);
        foreach (var rune in yaml.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
            else
                text.Append(rune.ToString());
        }
        return text.ToString();
    }
}
