using KafkaMesh.Contracts.Runtime;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>What the sidecar itself costs, as Prometheus' client libraries tell it of their programs.</summary>
internal static class ProcessExposition
{
    /// <summary>Writes the families <c>process_…</c>; none where there is no <c>/proc</c>.</summary>
    public static void Write(IMetricWriter text)
    {
        if (ProcessFigures.Read() is not { } process)
            return;
        text.Family("process_cpu_seconds_total", "counter", "CPU time in user and kernel mode.");
        text.Sample("process_cpu_seconds_total").Value(process.CpuSeconds);
        text.Family("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.");
        text.Sample("process_start_time_seconds").Value(process.StartTime);
        Gauge("process_resident_memory_bytes", "Memory that the process holds.", process.ResidentBytes);
        Gauge("process_virtual_memory_bytes", "Addresses that the process has mapped.", process.VirtualBytes);
        Gauge("process_open_fds", "Open file descriptors.", process.OpenDescriptors);
        if (process.MaxDescriptors is { } most)
            Gauge("process_max_fds", "How many file descriptors may be open.", most);

        void Gauge(string name, string help, long value)
        {
            text.Family(name, "gauge", help);
            text.Sample(name).Value(value);
        }
    }
}
