using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Writes one JSON line per request, response, token, opaque connection and anomaly.</summary>
internal sealed class JsonLinesTrace : ICaptureTrace, IDisposable
{
    private const int FlushBytes = 1 << 16;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly TextWriter _output;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private long _connectionId;
    private string _connectionText = "";

    private readonly BodyBuffers? _bodies;
    private readonly BodyJson _bodyJson;

    /// <summary>Writes to what the caller closes.</summary>
    /// <param name="output">Receives the lines.</param>
    /// <param name="bodies">Collects bodies, whose view the lines then hold; null to leave them out.</param>
    /// <param name="options">What the view holds.</param>
    public JsonLinesTrace(TextWriter output, BodyBuffers? bodies = null, JsonViewOptions options = JsonViewOptions.None)
    {
        _output = output;
        _bodies = bodies;
        _bodyJson = new BodyJson(options);
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <inheritdoc/>
    public bool IsEnabled => true;

    /// <inheritdoc/>
    public bool WantsBodies => _bodies is not null;

    /// <inheritdoc/>
    public void OnBody(in RelayConnection connection, RelayFlow flow, ReadOnlySpan<byte> piece, bool isFirst) =>
        _bodies?.Add((connection.Id, flow), piece, isFirst);

    /// <inheritdoc/>
    public void OnFrame(in RelayConnection connection, in FrameTrace frame)
    {
        Begin(connection, MetricLabels.Of(frame.Flow), frame.Timestamp);
        WriteApi(frame.ApiKey, frame.ApiVersion, frame.CorrelationId, frame.ClientId);
        _json.WriteNumber("size", frame.Size);
        if (frame.Flow == RelayFlow.Response)
        {
            _json.WriteNumber("latencyMs", Milliseconds(frame.Latency));
            WriteErrors(frame.Errors);
        }

        if (_bodies is not null)
        {
            var isWhole = _bodies.TryTake((connection.Id, frame.Flow), out var body);
            if (frame.IsCut)
                _json.WriteString("bodyError", "CaptureGap");
            else
                _bodyJson.Write(frame, body, isWhole, _json);
        }

        End();
    }

    /// <inheritdoc/>
    public void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp)
    {
        Begin(connection, "sasl", timestamp);
        _json.WriteString("flow", MetricLabels.Of(flow));
        _json.WriteNumber("size", size);
        End();
    }

    /// <inheritdoc/>
    public void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp)
    {
        if (protocol is ConnectionProtocol.Kafka or ConnectionProtocol.Sasl or ConnectionProtocol.Silent)
            return;
        Begin(connection, "opaque", timestamp);
        _json.WriteString("protocol", MetricLabels.Of(protocol));
        End();
    }

    /// <inheritdoc/>
    public void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp)
    {
        Begin(connection, "anomaly", timestamp);
        _json.WriteString("reason", MetricLabels.Of(reason));
        _json.WriteString("flow", MetricLabels.Of(flow));
        End();
    }

    /// <inheritdoc/>
    public void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp)
    {
        Begin(connection, "anomaly", timestamp);
        _json.WriteString("reason", $"unanswered_{MetricLabels.Of(reason)}");
        if (!request.IsToken)
            WriteApi(request.ApiKey, request.ApiVersion, request.CorrelationId, request.ClientId);
        End();
    }

    /// <inheritdoc/>
    public void OnGap(in RelayConnection connection, RelayFlow flow, int bytes, long timestamp)
    {
        Begin(connection, "anomaly", timestamp);
        _json.WriteString("reason", "capture_gap");
        _json.WriteString("flow", MetricLabels.Of(flow));
        _json.WriteNumber("size", bytes);
        End();
    }

    /// <inheritdoc/>
    public void Finish()
    {
        _output.Write(Encoding.UTF8.GetString(_buffer.WrittenSpan));
        _buffer.ResetWrittenCount();
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Begin(in RelayConnection connection, string kind, long timestamp)
    {
        if (_connectionId != connection.Id)
        {
            _connectionId = connection.Id;
            _connectionText = $"{connection.Client}-{connection.Broker}";
        }

        _json.WriteStartObject();
        _json.WriteString("time", Time(timestamp));
        _json.WriteString("connection", _connectionText);
        _json.WriteString("kind", kind);
    }

    private void WriteApi(short apiKey, short apiVersion, int correlationId, string? clientId)
    {
        _json.WriteNumber("apiKey", apiKey);
        _json.WriteString("api", ApiSlots.NameOfKey(apiKey));
        _json.WriteNumber("version", apiVersion);
        _json.WriteNumber("correlationId", correlationId);
        _json.WriteString("clientId", clientId);
    }

    private void WriteErrors(in ErrorList errors)
    {
        _json.WriteStartArray("errors");
        for (var i = 0; i < errors.Count; i++)
            _json.WriteStringValue(ErrorCells.NameOfCode(errors[i]));
        _json.WriteEndArray();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushBytes)
            Finish();
    }

    private static decimal Milliseconds(long ticks) => Ticks.ToNanoseconds(ticks) / 1_000_000m;

    /// <summary>RFC 3339 with nanoseconds, which no .NET type holds.</summary>
    private static string Time(long timestamp)
    {
        var nanoseconds = Ticks.ToNanoseconds(timestamp);
        var seconds = Math.DivRem(nanoseconds, NanosecondsPerSecond, out var fraction);
        if (fraction < 0)
        {
            seconds--;
            fraction += NanosecondsPerSecond;
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd'T'HH:mm:ss}.{fraction:d9}Z");
    }
}
