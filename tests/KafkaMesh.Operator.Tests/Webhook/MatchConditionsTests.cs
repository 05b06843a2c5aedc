using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Playground.ApiServer.Admission.Conditions;
using KafkaMesh.Playground.ApiServer.Defaults;

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

    // Every pod with up to two of the labels, each absent or with one of three values.
    [Theory]
    [InlineData("""{"matchLabels": {"app": "a"}}""")]
    [InlineData("""{"matchLabels": {"app": "a", "tier": "b"}}""")]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "b"]}]}""")]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a", "b"]}, {"key": "tier", "operator": "Exists"}]}""")]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}""")]
    [InlineData("""{"matchLabels": {"app": ""}, "matchExpressions": [{"key": "tier", "operator": "NotIn", "values": [""]}]}""")]
    [InlineData("{}")]
    public void Of_SharedEntry_LetsPassWhatTheSelectorSelects(string selector)
    {
        var spec = new KafkaMonitorSpec { Selector = JsonSerializer.Deserialize(selector, ContractsJson.Default.LabelSelector)! };
        var expression = MatchConditions.Of(Shared([Candidates.Of("team", "orders") with { Spec = spec }]))[1]!["expression"]!.ToString();
        var condition = MatchExpression.Compile(expression);
        var cel = CelExpression.Compile(expression);
        string?[] values = [null, "", "a", "b"];
        foreach (var (app, tier) in values.SelectMany(app => values.Select(tier => (app, tier))))
        {
            var labels = new JsonObject();
            foreach (var (key, value) in new[] { ("app", app), ("tier", tier) }.Where(l => l.Item2 is not null))
                labels[key] = value;
            var isSelected = SelectorRules.Matches(JsonNode.Parse(selector)!.AsObject(), labels);

            // An API server has no labels at all where a pod came with none.
            var metadata = labels.Count == 0 ? new JsonObject() : new JsonObject { ["labels"] = labels };
            var pod = new JsonObject { ["metadata"] = metadata };
            Assert.Equal(isSelected, condition(pod));
            Assert.Equal(isSelected, cel(pod));
        }
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"annotations": {"a": "b"}}""", true)]
    [InlineData("""{"annotations": {"kubernetes.io/config.mirror": "x"}}""", false)]
    public void Of_AnyEntry_LeavesOutMirrorPods(string metadata, bool passes)
    {
        var expression = MatchConditions.Of(Shared([Candidates.Of("team", "orders")]))[0]!["expression"]!.ToString();
        var pod = new JsonObject { ["metadata"] = JsonNode.Parse(metadata) };

        Assert.Equal(passes, MatchExpression.Compile(expression)(pod));
        Assert.Equal(passes, CelExpression.Compile(expression)(pod));
    }

    // What is named by a test need not be what people have: every kind of character that a label may hold, and a long one.
    [Fact]
    public void Of_LabelsOfEveryForm_IsAnExpressionOfCel()
    {
        var monitors = Enumerable.Range(0, 8).Select(i => Candidates.Of("team", $"orders-{i}") with
        {
            Spec = new KafkaMonitorSpec
            {
                Selector = new LabelSelector
                {
                    MatchLabels = new Dictionary<string, string> { ["App.example.com/Name_0-x"] = $"a.B_c-{i}" },
                    MatchExpressions = [new LabelSelectorRequirement { Key = "in", Operator = "NotIn", Values = ["true", "null", ""] }],
                },
            },
        });
        var expression = MatchConditions.Of(Shared([.. monitors]))[1]!["expression"]!.ToString();
        var cel = CelExpression.Compile(expression);

        Assert.True(cel(JsonNode.Parse("""{"metadata": {"labels": {"App.example.com/Name_0-x": "a.B_c-7"}}}""")!.AsObject()));
        Assert.False(cel(JsonNode.Parse("""{"metadata": {"labels": {"App.example.com/Name_0-x": "a.B_c-7", "in": "null"}}}""")!.AsObject()));
        Assert.False(cel(JsonNode.Parse("""{"metadata": {"labels": {"App.example.com/Name_0-x": "a.B_c-8"}}}""")!.AsObject()));
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
