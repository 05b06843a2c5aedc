using System.Text;
using KafkaMesh.Operator.Metrics;

namespace KafkaMesh.Operator.Tests.Metrics;

public sealed class CounterTests
{
    /// <summary>A scrape while a request with a status of its own, or a first watch that ends, makes another series.</summary>
    [Fact]
    public async Task WriteTo_WhileSeriesAppear_WritesThoseThatAreThere()
    {
        var counter = new Counter("things_total", "Things.", "name");
        var histograms = new HistogramByLabel("time_seconds", "Time.", "name", 1);
        var adding = Task.Run(() =>
        {
            for (var i = 0; i < 60_000; i++)
            {
                counter.Increment($"thing {i}");
                histograms.Observe($"thing {i}", TimeSpan.Zero);
            }
        });
        while (!adding.IsCompleted)
        {
            var output = new StringBuilder();
            counter.WriteTo(output);
            histograms.WriteTo(output);
            Assert.Contains("# TYPE things_total counter", output.ToString(), StringComparison.Ordinal);
        }
        await adding;
        var all = new StringBuilder();
        counter.WriteTo(all);
        Assert.Equal(60_000 + 3, all.ToString().Split('\n').Length);
    }
}
