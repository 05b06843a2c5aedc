using System.Text;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;
using Serilog;
using Serilog.Events;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// Writes one debug line per request, response and event of one loop, at most <see cref="LinesPerSecond"/>; the number of
/// lines left out follows within a second.
/// </summary>
internal sealed class SessionLog(ILogger log) : ISessionTrace
{
    /// <summary>Most lines per second and loop.</summary>
    public const int LinesPerSecond = 200;

    private static readonly long Window = Ticks.From(TimeSpan.FromSeconds(1));

    private long _windowStart;
    private int _lines;
    private long _leftOut;

    /// <inheritdoc/>
    public bool IsEnabled => log.IsEnabled(LogEventLevel.Debug);

    /// <inheritdoc/>
    public void OnFrame(in RelayConnection connection, in FrameTrace frame)
    {
        if (!MayWrite(frame.Timestamp))
            return;
        var api = ApiSlots.NameOfKey(frame.ApiKey);
        var client = frame.ClientId is null ? "" : NameText.FromUtf8(Encoding.UTF8.GetBytes(frame.ClientId));
        var direction = MetricLabels.Of(connection.Direction);
        if (frame.Flow == RelayFlow.Request)
        {
            log.Debug(
                "{Direction} request {Api} version {Version} correlation id {CorrelationId} client id {ClientId} size {Size} connection {Connection}",
                direction, api, frame.ApiVersion, frame.CorrelationId, client, frame.Size, connection.Id);
            return;
        }

        log.Debug(
            "{Direction} response {Api} version {Version} correlation id {CorrelationId} client id {ClientId} size {Size} latency {LatencyMs} ms connection {Connection}",
            direction, api, frame.ApiVersion, frame.CorrelationId, client, frame.Size, Ticks.ToNanoseconds(frame.Latency) / 1e6, connection.Id);
    }

    /// <inheritdoc/>
    public void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp)
    {
        if (MayWrite(timestamp))
        {
            log.Debug(
                "{Direction} SASL token in a {Flow} size {Size} connection {Connection}",
                MetricLabels.Of(connection.Direction), MetricLabels.Of(flow), size, connection.Id);
        }
    }

    /// <inheritdoc/>
    public void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp)
    {
        if (MayWrite(timestamp))
        {
            log.Debug(
                "{Direction} connection {Connection} to {Broker} carries {Protocol}",
                MetricLabels.Of(connection.Direction), connection.Id, connection.Broker, MetricLabels.Of(protocol));
        }
    }

    /// <inheritdoc/>
    public void OnClientHello(in RelayConnection connection, ClientHello hello, long timestamp)
    {
        if (MayWrite(timestamp))
        {
            log.Debug(
                "{Direction} connection {Connection} TLS server name {ServerName} ALPN {Protocols}",
                MetricLabels.Of(connection.Direction), connection.Id, hello.ServerName ?? "", hello.Protocols);
        }
    }

    /// <inheritdoc/>
    public void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp)
    {
        if (MayWrite(timestamp))
        {
            log.Debug(
                "{Direction} connection {Connection} a {Flow} was not decoded: {Reason}",
                MetricLabels.Of(connection.Direction), connection.Id, MetricLabels.Of(flow), MetricLabels.Of(reason));
        }
    }

    /// <inheritdoc/>
    public void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp)
    {
        if (!MayWrite(timestamp))
            return;
        if (request.IsToken)
        {
            log.Debug(
                "{Direction} connection {Connection} SASL token stays unanswered: {Reason}",
                MetricLabels.Of(connection.Direction), connection.Id, MetricLabels.Of(reason));
        }
        else
        {
            log.Debug(
                "{Direction} connection {Connection} request {Api} correlation id {CorrelationId} stays unanswered: {Reason}",
                MetricLabels.Of(connection.Direction), connection.Id, ApiSlots.NameOfKey(request.ApiKey), request.CorrelationId, MetricLabels.Of(reason));
        }
    }

    /// <summary>Tells how many lines were left out, when a second is over.</summary>
    public void Flush(long now)
    {
        if (now - _windowStart < Window)
            return;
        _windowStart = now;
        _lines = 0;
        if (_leftOut == 0)
            return;
        log.Debug("{Count} debug lines were left out: more than {Limit} in a second", _leftOut, LinesPerSecond);
        _leftOut = 0;
    }

    private bool MayWrite(long now)
    {
        Flush(now);
        if (_lines < LinesPerSecond)
        {
            _lines++;
            return true;
        }

        _leftOut++;
        return false;
    }
}
