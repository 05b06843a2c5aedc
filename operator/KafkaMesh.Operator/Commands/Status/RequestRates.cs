using System.Globalization;
using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Commands.Status;

/// <summary>
/// Requests per second of each API key between two reports of one monitor. A status holds totals per key, so that one
/// status alone has no such rates: <c>--watch</c> has them from the second report on.
/// </summary>
internal sealed class RequestRates
{
    private Dictionary<int, long> _totals = [];
    private Dictionary<int, double> _rates = [];
    private DateTimeOffset? _at;

    /// <summary>The rate of an API key; null while it is not known.</summary>
    /// <param name="apiKey">Kafka's API key.</param>
    public double? Of(int apiKey) => _rates.TryGetValue(apiKey, out var rate) ? rate : null;

    /// <summary>Takes the next status.</summary>
    public void Take(KafkaMonitorStatus? status)
    {
        if (status?.ApiKeys is not { } apis
            || !DateTimeOffset.TryParse(status.LastReportTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || at == _at)
        {
            return;
        }
        var totals = apis.ToDictionary(a => a.ApiKey, a => a.Requests);
        if (_at is { } before && at > before)
        {
            var seconds = (at - before).TotalSeconds;
            _rates = totals.ToDictionary(t => t.Key, t => Math.Max(0, t.Value - _totals.GetValueOrDefault(t.Key)) / seconds);
        }
        (_at, _totals) = (at, totals);
    }
}
