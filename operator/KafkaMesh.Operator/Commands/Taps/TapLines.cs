using KafkaMesh.Operator.Commands.OperatorApi;

namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>One JSON object per line; null for what was not seen.</summary>
internal sealed class TapLines : ITapFormat
{
    /// <inheritdoc/>
    public string Begin(IReadOnlyList<string> pods, bool isOne) => "";

    /// <inheritdoc/>
    public string Line(TapExchange exchange) => OutputJson.WriteLine(json =>
    {
        var (last, (topics, more)) = (exchange.Last, exchange.Topics);
        json.WriteStartObject();
        json.WriteString("time", last.Time.UtcDateTime);
        json.WriteString("pod", last.Pod);
        json.WriteString("direction", last.Direction);
        json.WriteNumber("connection", last.Connection);
        json.WriteString("api", last.Api);
        json.WriteNumber("apiKey", last.ApiKey);
        json.WriteNumber("version", last.Version);
        json.WriteNumber("correlationId", last.CorrelationId);
        json.WriteString("clientId", exchange.ClientId);
        Number("requestSize", exchange.Request?.Size);
        Number("responseSize", exchange.Response?.Size);
        Number("latencyMilliseconds", exchange.Response?.LatencyMilliseconds);
        json.WriteBoolean("answered", exchange.Response is not null);
        List("errors", exchange.Errors);
        List("topics", topics);
        json.WriteNumber("moreTopics", more);
        json.WriteEndObject();

        void Number(string name, double? value)
        {
            if (value is { } known)
                json.WriteNumber(name, known);
            else
                json.WriteNull(name);
        }

        void List(string name, IReadOnlyList<string> values)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
    });
}
