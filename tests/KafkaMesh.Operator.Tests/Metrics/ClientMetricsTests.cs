using System.Text;
using KafkaMesh.Operator.Metrics;

namespace KafkaMesh.Operator.Tests.Metrics;

/// <summary>What is shown of the requests to the API server.</summary>
public sealed class ClientMetricsTests
{
    [Fact]
    public void WriteTo_RequestsListsAndWatches_AreSeriesWithOneHeadPerName()
    {
        var metrics = new ClientMetrics();
        metrics.RequestCompleted("get", "configmaps", 200, TimeSpan.FromMilliseconds(7));
        metrics.RequestCompleted("get", "pods", 200, TimeSpan.FromSeconds(20));
        metrics.RequestCompleted("watch", "pods", 0, TimeSpan.FromMilliseconds(1));
        metrics.Relisted("pods", "expired");
        metrics.WatchEnded("pods", "stalled");

        var output = new StringBuilder();
        metrics.WriteTo(output);
        var lines = output.ToString().Split('\n');

        Assert.Contains("kafkamesh_operator_api_requests_total{verb=\"get\",code=\"200\"} 2", lines);
        Assert.Contains("kafkamesh_operator_api_requests_total{verb=\"watch\",code=\"<error>\"} 1", lines);
        Assert.Contains("kafkamesh_operator_api_request_duration_seconds_bucket{verb=\"get\",le=\"0.005\"} 0", lines);
        Assert.Contains("kafkamesh_operator_api_request_duration_seconds_bucket{verb=\"get\",le=\"0.01\"} 1", lines);
        Assert.Contains("kafkamesh_operator_api_request_duration_seconds_bucket{verb=\"get\",le=\"+Inf\"} 2", lines);
        Assert.Contains("kafkamesh_operator_api_request_duration_seconds_sum{verb=\"get\"} 20.007", lines);
        Assert.Contains("kafkamesh_operator_api_request_duration_seconds_count{verb=\"watch\"} 1", lines);
        Assert.Contains("kafkamesh_operator_api_lists_total{resource=\"pods\",reason=\"expired\"} 1", lines);
        Assert.Contains("kafkamesh_operator_api_watches_ended_total{resource=\"pods\",reason=\"stalled\"} 1", lines);
        Assert.Single(lines, line => line == "# TYPE kafkamesh_operator_api_request_duration_seconds histogram");
    }
}
