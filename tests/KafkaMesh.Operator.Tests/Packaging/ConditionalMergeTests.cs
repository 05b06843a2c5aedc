using KafkaMesh.ChartTool;

namespace KafkaMesh.Operator.Tests.Packaging;

public sealed class ConditionalMergeTests
{
    [Fact]
    public void Merge_AnyTextAndVariants_EachConditionGivesItsVariantBack()
    {
        var random = new Random(20260925);
        for (var round = 0; round < 300; round++)
        {
            var text = Lines(random);
            var variants = new[] { ("a", (IReadOnlyList<string>)Changed(random, text)), ("b", Changed(random, text)) };

            var merged = ConditionalMerge.Merge(text, variants);

            Assert.Equal(text, Evaluate(merged, ""));
            foreach (var (condition, lines) in variants)
                Assert.Equal(lines, Evaluate(merged, condition));
        }
    }

    [Fact]
    public void Merge_ChangesAtDifferentPlaces_BothHoldTogether()
    {
        var merged = ConditionalMerge.Merge(["1", "2", "3"], [("a", ["1", "2", "new", "3"]), ("b", ["2", "3"])]);

        Assert.Equal(["2", "new", "3"], Evaluate(merged, "a", "b"));
    }

    private static List<string> Lines(Random random) => [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => $"{random.Next(5)}")];

    private static List<string> Changed(Random random, List<string> text)
    {
        var changed = text.Where(_ => random.Next(4) > 0).ToList();
        for (var i = random.Next(3); i > 0; i--)
            changed.Insert(random.Next(changed.Count + 1), $"{random.Next(5)}");
        return changed;
    }

    // What Go's templates make of the few actions that a merge writes; they do not nest.
    private static List<string> Evaluate(IEnumerable<string> template, params string[] holding)
    {
        var result = new List<string>();
        var shown = true;
        foreach (var line in template)
        {
            if (line == "{{- end }}")
                shown = true;
            else if (line.StartsWith("{{- if not (or ", StringComparison.Ordinal))
                shown = !line["{{- if not (or ".Length..^") }}".Length].Split(' ').Intersect(holding).Any();
            else if (line.StartsWith("{{- if ", StringComparison.Ordinal))
                shown = holding.Contains(line["{{- if ".Length..^" }}".Length]);
            else if (shown)
                result.Add(line);
        }
        return result;
    }
}
