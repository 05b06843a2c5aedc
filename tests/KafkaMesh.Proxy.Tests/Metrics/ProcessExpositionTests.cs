using System.Buffers;
using System.Globalization;
using System.Text;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Tests.Metrics;

public sealed class ProcessExpositionTests
{
    [Fact]
    public void Write_ThisProcess_HasWhatClientLibrariesHave()
    {
        var lines = Lines(MetricsFormat.Prometheus);

        Assert.Equal(
            ["process_cpu_seconds_total", "process_start_time_seconds", "process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds", "process_max_fds"],
            lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]));
        Assert.InRange(ValueOf(lines, "process_cpu_seconds_total"), 0.01, 1e6);
        Assert.InRange(ValueOf(lines, "process_start_time_seconds"), 1.7e9, 1e11);
        Assert.InRange(ValueOf(lines, "process_resident_memory_bytes"), 1e6, 1e12);
        Assert.InRange(ValueOf(lines, "process_open_fds"), 3, ValueOf(lines, "process_max_fds"));
    }

    [Fact]
    public void Write_OpenMetrics_NamesTheFamilyWithoutSuffix()
    {
        var lines = Lines(MetricsFormat.OpenMetrics);

        Assert.Contains("# TYPE process_cpu_seconds counter", lines);
        Assert.InRange(ValueOf(lines, "process_cpu_seconds_total"), 0.01, 1e6);
    }

    private static string[] Lines(MetricsFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        ProcessExposition.Write(new PrometheusText(output, format));
        return Encoding.UTF8.GetString(output.WrittenSpan).Split('\n');
    }

    private static double ValueOf(string[] lines, string name) =>
        double.Parse(Assert.Single(lines, line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..], CultureInfo.InvariantCulture);
}
