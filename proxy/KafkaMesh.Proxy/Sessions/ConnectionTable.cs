using System.Buffers;
using System.Text.Json;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>Writes the connections of all loops as JSON.</summary>
internal static class ConnectionTable
{
    /// <summary>Writes one page: <c>{"open":N,"connections":[…]}</c>, and <c>"next"</c> when there are more.</summary>
    /// <param name="loops">The connections.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="now">The time, <see cref="System.Diagnostics.Stopwatch"/> ticks.</param>
    /// <param name="output">Receives UTF-8.</param>
    public static void Write(ReadOnlySpan<ConnectionList> loops, ConnectionQuery query, long now, IBufferWriter<byte> output)
    {
        var open = 0;
        var found = new List<ConnectionObserver>();
        foreach (var loop in loops)
        {
            foreach (var connection in loop.Open)
            {
                open++;
                if (connection.Connection.Id > query.After)
                    found.Add(connection);
            }
        }

        found.Sort((a, b) => a.Connection.Id.CompareTo(b.Connection.Id));
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("open", open);
        if (found.Count > query.Limit)
            json.WriteNumber("next", found[query.Limit - 1].Connection.Id);
        json.WriteStartArray("connections");
        for (var i = 0; i < Math.Min(found.Count, query.Limit); i++)
            WriteOne(json, found[i], now);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, ConnectionObserver observer, long now)
    {
        var connection = observer.Connection;
        json.WriteStartObject();
        json.WriteNumber("id", connection.Id);
        json.WriteString("direction", MetricLabels.Of(connection.Direction));
        json.WriteString("protocol", MetricLabels.Of(observer.Protocol));
        json.WriteString("client", connection.Client.ToString());
        json.WriteString("broker", connection.Broker.ToString());
        json.WriteNumber("ageSeconds", Math.Round(Ticks.ToNanoseconds(Math.Max(now - connection.Timestamp, 0)) / 1e9, 3));
        json.WriteNumber("requestBytes", observer.RequestBytes);
        json.WriteNumber("responseBytes", observer.ResponseBytes);
        json.WriteNumber("inFlight", observer.InFlight);
        if (observer.ClientIdText() is { } client)
            json.WriteString("clientId", client);
        if (observer.ClientHello is { } hello)
        {
            json.WriteStartObject("tls");
            if (hello.ServerName is not null)
                json.WriteString("serverName", hello.ServerName);
            json.WriteStartArray("alpn");
            foreach (var protocol in hello.Protocols)
                json.WriteStringValue(protocol);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
