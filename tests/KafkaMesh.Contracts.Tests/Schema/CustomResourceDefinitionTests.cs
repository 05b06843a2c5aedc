using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using KafkaMesh.Contracts.CrdTool;
using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Contracts.Tests.Schema;

/// <summary>The CRD is what the types say, and what API servers from 1.28 on accept.</summary>
public sealed class CustomResourceDefinitionTests
{
    private static readonly JsonObject s_crd = JsonNode.Parse(CustomResourceDefinition.Build().ToJsonString())!.AsObject();
    private static readonly JsonObject s_version = s_crd["spec"]!["versions"]![0]!.AsObject();
    private static readonly JsonObject s_root = s_version["schema"]!["openAPIV3Schema"]!.AsObject();

    [Fact]
    public void ToYaml_CheckedInFile_IsTheSame() =>
        Assert.Equal(File.ReadAllText(RepositoryFiles.Path("crds/kafkamonitors.kafkamesh.io.yaml")), CustomResourceDefinition.ToYaml());

    [Fact]
    public void ToYaml_ReadByKubectl_IsTheSameDocument()
    {
        using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", RepositoryFiles.Path("crds")]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var rendered = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();

        Assert.Equal(0, kubectl.ExitCode);
        Assert.True(JsonNode.DeepEquals(Sorted(YamlJson.Parse(rendered)), Sorted(s_crd)), "kubectl kustomize shows another document than the generator made");
    }

    [Fact]
    public void Build_Names_AreThoseThatOthersRelyOn()
    {
        Assert.Equal("kafkamonitors.kafkamesh.io", (string?)s_crd["metadata"]!["name"]);
        Assert.Equal("kafkamesh.io", (string?)s_crd["spec"]!["group"]);
        Assert.Equal("Namespaced", (string?)s_crd["spec"]!["scope"]);
        Assert.Equal("kmon", (string?)s_crd["spec"]!["names"]!["shortNames"]![0]);
        Assert.Equal("v1alpha1", (string?)s_version["name"]);
        Assert.NotNull(s_version["subresources"]!["status"]);
    }

    [Fact]
    public void Schema_EveryProperty_IsDescribed()
    {
        var undescribed = SchemaWalk.Nodes(s_root)
            .Where(node => node.IsProperty && node.Path != "metadata" && string.IsNullOrWhiteSpace((string?)node.Schema["description"]))
            .Select(node => node.Path);

        Assert.Empty(undescribed);
        Assert.True(SchemaWalk.Nodes(s_root).Count(node => node.IsProperty) > 80);
    }

    [Fact]
    public void Schema_EveryNode_ObeysTheStructuralRules() =>
        Assert.Empty(SchemaWalk.Nodes(s_root).SelectMany(node => StructuralRules.Violations(node)));

    [Fact]
    public void Schema_Defaults_SatisfyTheirOwnSchema()
    {
        var checkedDefaults = 0;
        foreach (var node in SchemaWalk.Nodes(s_root).Where(node => node.Schema.ContainsKey("default")))
        {
            Assert.Empty(MonitorSchema.Errors(node.Schema, node.Schema["default"]));
            checkedDefaults++;
        }

        Assert.True(checkedDefaults >= 8);
    }

    [Theory]
    [InlineData(typeof(KafkaMonitorSpec), "spec")]
    [InlineData(typeof(KafkaMonitorStatus), "status")]
    public void Schema_Properties_AreThoseThatTheSerializerWrites(Type type, string part)
    {
        var pending = new Stack<(Type Type, JsonObject Schema)>([(type, s_root["properties"]![part]!.AsObject())]);
        while (pending.TryPop(out var next))
        {
            var info = ContractsJson.Default.GetTypeInfo(next.Type)!;
            var properties = next.Schema["properties"]!.AsObject();
            Assert.Equal(info.Properties.Select(property => property.Name).Order(StringComparer.Ordinal), properties.Select(pair => pair.Key));
            foreach (var property in info.Properties)
            {
                var schema = properties[property.Name]!.AsObject();
                var value = schema["items"] as JsonObject ?? schema;
                var element = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : property.PropertyType;
                if (value.ContainsKey("properties") && ContractsJson.Default.GetTypeInfo(element)?.Kind == JsonTypeInfoKind.Object)
                {
                    pending.Push((element, value));
                }
            }
        }
    }

    [Fact]
    public void Schema_DefaultsOfSpec_AreThoseOfTheTypes()
    {
        var absent = JsonSerializer.Deserialize("""{"selector":{}}"""u8, ContractsJson.Default.KafkaMonitorSpec)!;
        var written = JsonSerializer.SerializeToNode(absent, ContractsJson.Default.KafkaMonitorSpec)!.AsObject();
        var properties = s_root["properties"]!["spec"]!["properties"]!.AsObject();

        foreach (var (name, schema) in properties.Where(pair => pair.Value!.AsObject().ContainsKey("default")))
        {
            Assert.True(JsonNode.DeepEquals(schema!["default"], written[name]), $"{name}: the server's default is {schema["default"]}, the type's {written[name]}");
        }
    }

    [Fact]
    public void PrinterColumns_Paths_LeadToOneScalarOfTheSchema()
    {
        foreach (var column in MonitorPrinterColumns.All.Where(column => column.JsonPath.StartsWith(".status", StringComparison.Ordinal)))
        {
            var node = s_root;
            foreach (var step in column.JsonPath.Replace("[?(@.type==\"Ready\")]", "[]", StringComparison.Ordinal).TrimStart('.').Split('.'))
            {
                node = node["properties"]?[step.Replace("[]", "", StringComparison.Ordinal)]?.AsObject();
                Assert.True(node is not null, $"{column.Name}: there is no '{step}' in {column.JsonPath}");
                node = step.EndsWith("[]", StringComparison.Ordinal) ? node["items"]!.AsObject() : node;
            }

            Assert.Equal(column.Type, (string?)node["type"]);
        }
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject mapping => new JsonObject(mapping.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Sorted(pair.Value!)))),
        JsonArray sequence => new JsonArray([.. sequence.Select(item => Sorted(item!))]),
        _ => node.DeepClone(),
    };
}
