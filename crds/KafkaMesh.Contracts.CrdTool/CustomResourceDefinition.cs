using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Contracts.CrdTool;

/// <summary>The CRD of KafkaMonitor (apiextensions.k8s.io/v1), made from the C# types and their schema attributes.</summary>
internal static class CustomResourceDefinition
{
    private const string Header = "# Generated from the types in crds/KafkaMesh.Contracts. Do not edit: run 'make crds'.\n";

    /// <summary>The file as it is checked in.</summary>
    public static string ToYaml() => Header + YamlText.Write(Build());

    /// <summary>The definition as JSON.</summary>
    public static JsonObject Build() => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"{WellKnownNames.Plural}.{WellKnownNames.Group}" },
        ["spec"] = new JsonObject
        {
            ["group"] = WellKnownNames.Group,
            ["names"] = Names(),
            ["scope"] = "Namespaced",
            ["versions"] = new JsonArray(Version()),
        },
    };

    private static JsonObject Names() => new()
    {
        ["kind"] = WellKnownNames.Kind,
        ["listKind"] = $"{WellKnownNames.Kind}List",
        ["plural"] = WellKnownNames.Plural,
        ["singular"] = WellKnownNames.Singular,
        ["shortNames"] = new JsonArray(WellKnownNames.ShortName),
        ["categories"] = new JsonArray(WellKnownNames.Category),
    };

    private static JsonObject Version() => new()
    {
        ["name"] = WellKnownNames.Version,
        ["served"] = true,
        ["storage"] = true,
        ["additionalPrinterColumns"] = new JsonArray([.. MonitorPrinterColumns.All.Select(Column)]),
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root() },
    };

    private static JsonObject Column(PrinterColumn column)
    {
        var json = new JsonObject
        {
            ["name"] = column.Name,
            ["type"] = column.Type,
            ["jsonPath"] = column.JsonPath,
            ["description"] = column.Description,
        };
        if (column.Priority != 0)
        {
            json["priority"] = column.Priority;
        }

        return json;
    }

    private static JsonObject Root() => new()
    {
        ["description"] = "KafkaMonitor puts a Kafka-aware sidecar beside the selected pods and reports in its status what they say to Kafka.",
        ["type"] = "object",
        ["required"] = new JsonArray("spec"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["description"] = "Group and version of this representation.", ["type"] = "string" },
            ["kind"] = new JsonObject { ["description"] = "KafkaMonitor.", ["type"] = "string" },
            ["metadata"] = new JsonObject { ["type"] = "object" },
            ["spec"] = StructuralSchema.Of(typeof(KafkaMonitorSpec)),
            ["status"] = StructuralSchema.Of(typeof(KafkaMonitorStatus)),
        },
    };
}
