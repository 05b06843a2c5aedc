using System.Text.Json.Nodes;
using KafkaMesh.Contracts.CrdTool;

namespace KafkaMesh.Contracts.Tests.Schema;

/// <summary>What the API server takes and what it refuses, judged by the schema that it is given.</summary>
public sealed class MonitorValidationTests
{
    private static readonly JsonObject s_schema =
        JsonNode.Parse(CustomResourceDefinition.Build().ToJsonString())!["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    [Theory]
    [InlineData("complete.yaml")]
    [InlineData("minimal.yaml")]
    [InlineData("without-capture.yaml")]
    [InlineData("with-status.yaml")]
    public void Validate_GoodMonitor_IsTaken(string file) => Assert.Empty(MonitorSchema.Errors(s_schema, Read(file)));

    [Theory]
    [InlineData("", "/ required", "remove spec")]
    [InlineData("spec", "/spec required", "remove selector")]
    [InlineData("spec.ports[0]", "/spec/ports/0 minimum", "0")]
    [InlineData("spec.ports[0]", "/spec/ports/0 maximum", "70000")]
    [InlineData("spec.ports[0]", "/spec/ports/0 type", "\"9092\"")]
    [InlineData("spec.ports[0]", "/spec/ports/0 type", "9092.5")]
    [InlineData("spec.ports", "/spec/ports minItems", "[]")]
    [InlineData("spec.injection", "/spec/injection enum", "\"Always\"")]
    [InlineData("spec.direction", "/spec/direction enum", "\"outbound\"")]
    [InlineData("spec.capture", "/spec/capture enum", "\"Tproxy\"")]
    [InlineData("spec.failurePolicy", "/spec/failurePolicy enum", "\"Abort\"")]
    [InlineData("spec.forward[0].target", "/spec/forward/0/target pattern", "\"kafka\"")]
    [InlineData("spec.forward[0]", "/spec/forward/0 required", "{\"target\":\"kafka:9092\"}")]
    [InlineData("spec.ports[0]", "/spec/ports duplicate", "9094")]
    [InlineData("spec.forward[1].listen", "/spec/forward duplicate", "9092")]
    [InlineData("spec.includeCIDRs[0]", "/spec/includeCIDRs/0 pattern", "\"10.0.0.0\"")]
    [InlineData("spec.excludeCIDRs[0]", "/spec/excludeCIDRs/0 pattern", "\"10.0.0.0/33\"")]
    [InlineData("spec.metrics.topics.limit", "/spec/metrics/topics/limit maximum", "10001")]
    [InlineData("spec.metrics.topics.enabled", "/spec/metrics/topics/enabled type", "\"yes\"")]
    [InlineData("spec.sidecar.mode", "/spec/sidecar/mode enum", "\"Sidecar\"")]
    [InlineData("spec.sidecar.logLevel", "/spec/sidecar/logLevel enum", "\"verbose\"")]
    [InlineData("spec.sidecar.resources.limits.memory", "/spec/sidecar/resources/limits/memory pattern", "\"64 MB\"")]
    [InlineData("spec.rollout.strategy", "/spec/rollout/strategy enum", "\"Recreate\"")]
    [InlineData("spec.report.intervalSeconds", "/spec/report/intervalSeconds minimum", "0")]
    [InlineData("spec.report.intervalSeconds", "/spec/report/intervalSeconds maximum", "301")]
    [InlineData("spec.selector.matchLabels", "/spec/selector/matchLabels type", "[\"app\"]")]
    [InlineData("spec.selector.matchExpressions[0].operator", "/spec/selector/matchExpressions/0/operator enum", "\"Equals\"")]
    public void Validate_BadMonitor_IsRefusedAtItsPlace(string place, string expected, string value)
    {
        var monitor = Read("complete.yaml");
        Change(monitor, place, value);

        var errors = MonitorSchema.Errors(s_schema, monitor);

        Assert.Contains(errors, error => error.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_SixtyFivePorts_AreTooMany()
    {
        var monitor = Read("complete.yaml");
        monitor["spec"]!["ports"] = new JsonArray([.. Enumerable.Range(9000, 65).Select(port => JsonValue.Create(port))]);

        Assert.Contains(MonitorSchema.Errors(s_schema, monitor), error => error.StartsWith("/spec/ports maxItems", StringComparison.Ordinal));
    }

    private static JsonNode Read(string file) => YamlJson.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "testdata", file)));

    // "remove x" takes x out of the object at the place; any other value is put there.
    private static void Change(JsonNode monitor, string place, string value)
    {
        var steps = place.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        if (value.StartsWith("remove ", StringComparison.Ordinal))
        {
            Assert.True(Follow(monitor, steps).AsObject().Remove(value["remove ".Length..]));
            return;
        }

        var parent = Follow(monitor, steps[..^1]);
        if (parent is JsonArray list)
        {
            list[int.Parse(steps[^1])] = JsonNode.Parse(value);
        }
        else
        {
            parent[steps[^1]] = JsonNode.Parse(value);
        }
    }

    private static JsonNode Follow(JsonNode node, IEnumerable<string> steps) =>
        steps.Aggregate(node, (current, step) => current is JsonArray list ? list[int.Parse(step)]! : current[step]!);
}
