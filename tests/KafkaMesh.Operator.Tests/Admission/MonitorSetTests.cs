using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Tests.Webhook;

namespace KafkaMesh.Operator.Tests.Admission;

public sealed class MonitorSetTests
{
    [Fact]
    public void Selecting_AnyLabels_AreTheMonitorsThatMatchOldestFirst()
    {
        var random = new Random(7);
        MonitorSet set = [.. Enumerable.Range(0, 200).Select(i => Candidates.Of("demo", $"m-{i}", created: $"2026-01-{random.Next(1, 28):d2}T00:00:00Z") with { Spec = new KafkaMonitorSpec { Selector = AnySelector(random) } })];

        for (var i = 0; i < 200; i++)
        {
            var labels = AnyLabels(random, 4);
            var expected = set.Where(m => LabelMatcher.Matches(m.Spec.Selector, labels)).ToList();
            expected.Sort(MonitorCandidate.CompareByAge);
            Assert.Equal(expected, set.Selecting(labels));
        }
    }

    [Fact]
    public void With_MonitorOfTheSameName_TakesItsPlace()
    {
        MonitorSet set = [Candidates.Of("demo", "a"), Candidates.Of("demo", "b")];
        var moved = Candidates.Of("demo", "a") with { Spec = Candidates.Of("demo", "c").Spec };

        var changed = set.With(moved);

        Assert.Equal(2, changed.Count);
        Assert.Empty(changed.Selecting(new Dictionary<string, string> { ["app"] = "a" }));
        Assert.Same(moved, Assert.Single(changed.Selecting(new Dictionary<string, string> { ["app"] = "c" })));
        Assert.Equal("b", Assert.Single(changed.Without("a")).Name);
        Assert.Single(set.Selecting(new Dictionary<string, string> { ["app"] = "a" }));
    }

    private static LabelSelector AnySelector(Random random) => new()
    {
        MatchLabels = random.Next(3) == 0 ? null : AnyLabels(random, 2),
        MatchExpressions = random.Next(2) == 0 ? null : [new LabelSelectorRequirement { Key = $"k{random.Next(3)}", Operator = random.Next(2) == 0 ? "Exists" : "DoesNotExist" }],
    };

    private static Dictionary<string, string> AnyLabels(Random random, int most)
    {
        var labels = new Dictionary<string, string>();
        for (var i = random.Next(most + 1); i > 0; i--)
            labels[$"k{random.Next(3)}"] = $"v{random.Next(3)}";
        return labels;
    }
}
