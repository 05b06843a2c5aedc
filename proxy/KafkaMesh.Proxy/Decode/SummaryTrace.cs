using System.Globalization;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Adds up the frames of a capture by API key and version and prints them as a table at its end.</summary>
internal sealed class SummaryTrace(TextWriter output) : ICaptureTrace
{
    // Far more than Kafka has versions; what a hostile capture makes up beyond it is counted, not listed.
    private const int MaxRows = 2048;

    private readonly SortedDictionary<(short ApiKey, short Version), Row> _rows = [];
    private readonly SortedDictionary<string, long> _anomalies = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _opaque = new(StringComparer.Ordinal);
    private long _tokens;
    private long _unlisted;

    /// <inheritdoc/>
    public bool IsEnabled => true;

    /// <inheritdoc/>
    public void OnFrame(in RelayConnection connection, in FrameTrace frame)
    {
        if (!_rows.TryGetValue((frame.ApiKey, frame.ApiVersion), out var row))
        {
            if (_rows.Count == MaxRows)
            {
                _unlisted++;
                return;
            }

            _rows.Add((frame.ApiKey, frame.ApiVersion), row = new Row());
        }

        row.Bytes += frame.Size;
        if (frame.Flow == RelayFlow.Request)
        {
            row.Requests++;
            return;
        }

        row.Responses++;
        row.Errors += frame.Errors.Count > 0 ? 1 : 0;
        row.Latencies.Add(Ticks.ToNanoseconds(frame.Latency));
    }

    /// <inheritdoc/>
    public void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp) => _tokens++;

    /// <inheritdoc/>
    public void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp)
    {
        if (protocol is not (ConnectionProtocol.Kafka or ConnectionProtocol.Sasl or ConnectionProtocol.Silent))
            Count(_opaque, MetricLabels.Of(protocol));
    }

    /// <inheritdoc/>
    public void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp) =>
        Count(_anomalies, MetricLabels.Of(reason));

    /// <inheritdoc/>
    public void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp) =>
        Count(_anomalies, $"unanswered_{MetricLabels.Of(reason)}");

    /// <inheritdoc/>
    public void OnGap(in RelayConnection connection, RelayFlow flow, int bytes, long timestamp) => Count(_anomalies, "capture_gap");

    /// <inheritdoc/>
    public void Finish()
    {
        WriteRow("API", "VERSION", "REQUESTS", "RESPONSES", "BYTES", "ERRORS", "P50 MS", "P99 MS");
        foreach (var ((apiKey, version), row) in _rows)
        {
            WriteRow(
                ApiSlots.NameOfKey(apiKey), version.ToString(), row.Requests.ToString(), row.Responses.ToString(), row.Bytes.ToString(), row.Errors.ToString(),
                row.Responses == 0 ? "-" : Milliseconds(row.Latencies.Quantile(0.50)), row.Responses == 0 ? "-" : Milliseconds(row.Latencies.Quantile(0.99)));
        }

        if (_tokens > 0)
            output.WriteLine($"SASL tokens without header: {_tokens}");
        foreach (var (protocol, count) in _opaque)
            output.WriteLine($"Connections not decoded, {protocol}: {count}");
        foreach (var (reason, count) in _anomalies)
            output.WriteLine($"Anomalies, {reason}: {count}");
        if (_unlisted > 0)
            output.WriteLine($"Frames of further API versions: {_unlisted}");
    }

    private void WriteRow(string api, params ReadOnlySpan<string> cells)
    {
        output.Write(api.PadRight(32));
        foreach (var cell in cells)
            output.Write(cell.PadLeft(12));
        output.WriteLine();
    }

    private static string Milliseconds(long nanoseconds) => (nanoseconds / 1e6).ToString("0.###", CultureInfo.InvariantCulture);

    private static void Count(SortedDictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private sealed class Row
    {
        public long Requests { get; set; }

        public long Responses { get; set; }

        public long Bytes { get; set; }

        public long Errors { get; set; }

        public LatencySample Latencies { get; } = new();
    }
}
