using System.Globalization;
using KafkaMesh.Operator.Metrics;

namespace KafkaMesh.Operator.Tests.Metrics;

public sealed class OperatorMetricsTests
{
    [Theory]
    [InlineData("process_cpu_seconds_total", 0.01, 1e6)]
    [InlineData("process_start_time_seconds", 1.7e9, 1e11)]
    [InlineData("process_resident_memory_bytes", 1e6, 1e12)]
    [InlineData("process_virtual_memory_bytes", 1e6, 1e15)]
    [InlineData("process_open_fds", 3, 1e6)]
    [InlineData("process_max_fds", 64, 1e12)]
    public void Write_OfTheProcess_HasWhatClientLibrariesHave(string name, double least, double most)
    {
        var lines = new OperatorMetrics("1.2.3").Write().Split('\n');

        Assert.Contains($"# TYPE {name} {(name.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge")}", lines);
        var sample = Assert.Single(lines, line => line.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.InRange(double.Parse(sample[(name.Length + 1)..], CultureInfo.InvariantCulture), least, most);
    }
}
