using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class AcceptFieldTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("Application/OpenMetrics-Text;Version=1.0.0", true)]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"; charset=utf-8", true)]
    [InlineData("application/openmetrics-text;version=0.0.1", false)]
    [InlineData("application/openmetrics-text;version=2.0.0", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=nonsense", false)]
    [InlineData("application/openmetrics-text;q=0.5,text/plain;q=0.9", false)]
    [InlineData("text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5", true)]

    // Prometheus 2.42 and 3.x.
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", true)]
    [InlineData(",;,=;q", false)]
    public void Choose_Accept_IsOpenMetricsWhereWanted(string accept, bool isOpenMetrics) =>
        Assert.Equal(isOpenMetrics ? MetricsFormat.OpenMetrics : MetricsFormat.Prometheus, AcceptField.Choose(accept));
}
