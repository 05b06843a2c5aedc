using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

/// <summary>Random histories of a monitor's pods and leaders against a model that only remembers what each sidecar process had last told.</summary>
public sealed class LedgerHistoryTests
{
    private const int Steps = 1500;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Totals_AnyHistory_AreWhatEverySidecarHadToldOnce(int seed)
    {
        var history = new LedgerHistory(seed);
        for (var step = 0; step < Steps; step++)
        {
            var what = history.Step();

            Assert.True(history.Expected == history.Counted, $"seed {seed}, step {step}: {what}: {history.Counted} is counted, {history.Expected} was told");
            Assert.Equal(10 * history.Expected, history.Records);
        }
        Assert.True(history.Expected > Steps);
        Assert.All(history.Happened.Values, count => Assert.True(count > 10));
        Assert.Equal(9, history.Happened.Count);
    }
}
