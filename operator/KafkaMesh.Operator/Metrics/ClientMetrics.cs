using System.Globalization;
using System.Text;
using KafkaMesh.Kubernetes.Client;

namespace KafkaMesh.Operator.Metrics;

/// <summary>What the operator asks of the API server, and how its informers fare: client-go's rest_client_requests_total and reflector figures.</summary>
internal sealed class ClientMetrics : IClientMetrics
{
    private readonly Counter _requests = new(
        "kafkamesh_operator_api_requests_total", "Requests to the API server by verb and HTTP status code; <error> without an answer.", "verb", "code");

    private readonly HistogramByLabel _durations = new(
        "kafkamesh_operator_api_request_duration_seconds",
        "Time of a request to the API server until its whole answer is there, or for a watch until its header is.",
        "verb",
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

    private readonly Counter _relists = new(
        "kafkamesh_operator_api_lists_total", "Complete lists by informers, by resource and reason (start, expired, failed).", "resource", "reason");

    private readonly Counter _watches = new(
        "kafkamesh_operator_api_watches_ended_total", "Ends of watches by resource and reason (closed, expired, stalled, failed).", "resource", "reason");

    /// <inheritdoc/>
    public void RequestCompleted(string verb, string resource, int statusCode, TimeSpan duration)
    {
        _requests.Increment(verb, statusCode == 0 ? "<error>" : statusCode.ToString(CultureInfo.InvariantCulture));
        _durations.Observe(verb, duration);
    }

    /// <inheritdoc/>
    public void Relisted(string resource, string reason) => _relists.Increment(resource, reason);

    /// <inheritdoc/>
    public void WatchEnded(string resource, string reason) => _watches.Increment(resource, reason);

    /// <summary>Writes all series in the text format.</summary>
    public void WriteTo(StringBuilder output)
    {
        _requests.WriteTo(output);
        _durations.WriteTo(output);
        _relists.WriteTo(output);
        _watches.WriteTo(output);
    }
}
