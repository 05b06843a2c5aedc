using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Tests.Webhook;

public sealed class MatchConditionsTests
{
    [Fact]
    public void Of_EntryOfAMonitor_LeavesSelectionToTheSelector()
    {
        var scopes = EntryScopes.Candidates([Candidates.Of("team", "orders")]).First();

        Assert.Equal(["no-mirror-pod"], Names(scopes[0]));
    }

    [Fact]
    public void Of_SharedEntry_NamesWhatItsMonitorsSelect()
    {
        var selector = new LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "orders" },
            MatchExpressions =
            [
                new LabelSelectorRequirement { Key = "tier", Operator = "In", Values = ["a", "b"] },
                new LabelSelectorRequirement { Key = "zone", Operator = "NotIn", Values = ["c"] },
                new LabelSelectorRequirement { Key = "x", Operator = "Exists" },
                new LabelSelectorRequirement { Key = "y", Operator = "DoesNotExist" },
            ],
        };
        var scope = Shared([Candidates.Of("team", "orders") with { Spec = new KafkaMonitorSpec { Selector = selector } }, Candidates.Of("team", "other")]);

        var expression = MatchConditions.Of(scope)[1]!["expression"]!.ToString();

        Assert.Equal(
            "(has(object.metadata.labels) && 'app.kubernetes.io/name' in object.metadata.labels && object.metadata.labels['app.kubernetes.io/name'] == 'orders'"
            + " && has(object.metadata.labels) && 'tier' in object.metadata.labels && object.metadata.labels['tier'] in ['a', 'b']"
            + " && !(has(object.metadata.labels) && 'zone' in object.metadata.labels && object.metadata.labels['zone'] in ['c'])"
            + " && (has(object.metadata.labels) && 'x' in object.metadata.labels)"
            + " && !(has(object.metadata.labels) && 'y' in object.metadata.labels))"
            + " || (has(object.metadata.labels) && 'app' in object.metadata.labels && object.metadata.labels['app'] == 'other')",
            expression);
    }

    [Fact]
    public void Of_EmptySelector_SelectsEveryPod()
    {
        var scope = Shared([Candidates.Of("team", "orders") with { Spec = new KafkaMonitorSpec { Selector = new LabelSelector() } }]);

        Assert.Equal("(true)", MatchConditions.Of(scope)[1]!["expression"]!.ToString());
    }

    [Fact]
    public void Of_MoreSelectorsThanAnExpressionShouldHold_LeavesItToTheWebhook() =>
        Assert.Equal(["no-mirror-pod"], Names(Shared([.. Enumerable.Range(0, 17).Select(i => Candidates.Of("team", $"orders-{i}"))])));

    [Fact]
    public void Of_TextThatIsNoLabel_IsNeverPutIntoAnExpression() =>
        Assert.Throws<ArgumentException>(() => MatchConditions.Of(Shared([Candidates.Of("team", "x' || true || '")])));

    private static EntryScope Shared(IReadOnlyList<KafkaMesh.Operator.Admission.Monitors.MonitorCandidate> monitors) =>
        new("team.inject-namespace.kafkamesh.io", ["team"], Selector: null, WebhookFailurePolicy.Ignore, monitors);

    private static IEnumerable<string> Names(EntryScope scope) => MatchConditions.Of(scope).Select(c => c!["name"]!.ToString());
}
