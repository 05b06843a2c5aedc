using System.Text.Json;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class MetricLabelsTests
{
    [Fact]
    public void Of_EveryValue_IsItsNameInSnakeCase()
    {
        AssertNames<RelayDirection>(MetricLabels.Of, MetricLabels.Directions);
        AssertNames<RelayFlow>(MetricLabels.Of, MetricLabels.Flows);
        AssertNames<ConnectionProtocol>(MetricLabels.Of, MetricLabels.Protocols);
        AssertNames<LatencyResult>(MetricLabels.Of, 3);
        AssertNames<UnansweredReason>(MetricLabels.Of, MetricLabels.UnansweredReasons);
        AssertNames<DecodeFailureReason>(MetricLabels.Of, MetricLabels.Failures);
    }

    private static void AssertNames<T>(Func<T, string> label, int count)
        where T : struct, Enum
    {
        Assert.Equal(count, Enum.GetValues<T>().Length);
        Assert.All(Enum.GetValues<T>(), value => Assert.Equal(JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()), label(value)));
    }
}
