using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Dashboard.Figures;

namespace KafkaMesh.Operator.Tests.Dashboard.Figures;

public sealed class MonitorHealthTests
{
    [Theory]
    [InlineData(1, 0, 0, "The sidecar reports.")]
    [InlineData(4, 0, 0, "All 4 sidecars report.")]
    [InlineData(1, 1, 0, "The sidecar reports. 1 open connection is TLS, which is relayed unread.")]
    [InlineData(2, 3, 0, "All 2 sidecars report. 3 open connections are TLS, which is relayed unread.")]
    [InlineData(2, 0, 1, "All 2 sidecars report. 1 open connection does not speak Kafka.")]
    [InlineData(2, 0, 2, "All 2 sidecars report. 2 open connections do not speak Kafka.")]
    public void Of_SidecarsThatReport_CountsThemInWords(int reporting, int tls, int opaque, string expected)
    {
        var status = new KafkaMonitorStatus
        {
            Pods = new PodCounts { Selected = reporting, Injected = reporting, Reporting = reporting },
            Connections = new ConnectionCounts { Tls = tls, Opaque = opaque },
        };
        Assert.Equal(new MonitorHealth("Healthy", expected), MonitorHealth.Of(status, isStale: false, idle: null));
    }

    [Theory]
    [InlineData(1, "The sidecar reports, but has seen no Kafka request in the last 2 min.")]
    [InlineData(2, "The sidecars report, but have seen no Kafka request in the last 2 min.")]
    public void Of_SidecarsWithoutRequests_SaysForHowLong(int reporting, string expected)
    {
        var status = new KafkaMonitorStatus { Pods = new PodCounts { Selected = reporting, Injected = reporting, Reporting = reporting } };
        Assert.Equal(new MonitorHealth("NoTraffic", expected), MonitorHealth.Of(status, isStale: false, TimeSpan.FromMinutes(2)));
    }
}
