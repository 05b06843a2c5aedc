using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Tests.Admission;

public sealed class MonitorValidatorTests
{
    public static TheoryData<string, KafkaMonitorSpec> Unusable => new()
    {
        { "spec.ports", new() { Ports = [] } },
        { "spec.ports", new() { Ports = [70000] } },
        { "spec.capture", new() { Capture = "Maybe" } },
        { "spec.forward", new() { Capture = "None" } },
        { "spec.forward", new() { Forward = [new() { Listen = 1, Target = "a:1" }] } },
        { "spec.forward", new() { Capture = "None", Forward = [new() { Listen = 1, Target = "a:1" }, new() { Listen = 1, Target = "b:1" }] } },
        { "spec.forward", new() { Capture = "None", Forward = [new() { Listen = 1, Target = "a:99999" }] } },
        { "spec.forward", new() { Capture = "None", Forward = [new() { Listen = 1, Target = "a b:1" }] } },
        { "spec.direction", new() { Capture = "None", Direction = "Inbound", Forward = [new() { Listen = 1, Target = "a:1" }] } },
        { "spec.includeCIDRs", new() { IncludeCIDRs = ["10.0.0.0/33"] } },
        { "spec.excludeCIDRs", new() { ExcludeCIDRs = ["fd00::/129"] } },
        { "spec.selector", new() { Selector = new() { MatchLabels = new Dictionary<string, string> { ["app"] = "no good" } } } },
        { "spec.selector", new() { Selector = new() { MatchLabels = new Dictionary<string, string> { ["Not A/Name"] = "x" } } } },
        { "spec.selector", new() { Selector = new() { MatchExpressions = [new() { Key = "a", Operator = "Near" }] } } },
        { "spec.selector", new() { Selector = new() { MatchExpressions = [new() { Key = "a", Operator = "In" }] } } },
        { "spec.selector", new() { Selector = new() { MatchExpressions = [new() { Key = "a", Operator = "Exists", Values = ["x"] }] } } },
        { "spec.sidecar.mode", new() { Sidecar = new() { Mode = "Both" } } },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void Check_UnusableSpec_NamesTheField(string field, KafkaMonitorSpec spec) =>
        Assert.StartsWith(field, MonitorValidator.Check(Monitor(spec)), StringComparison.Ordinal);

    [Fact]
    public void Check_Defaults_AreUsable() => Assert.Null(MonitorValidator.Check(Monitor(new KafkaMonitorSpec())));

    private static MonitorCandidate Monitor(KafkaMonitorSpec spec) => new("demo", "orders", 1, "2026-11-01T00:00:00Z", spec);
}
