using System.Net;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Tests.Sessions;

public class SessionLogTests
{
    [Fact]
    public void OnFrame_DebugOn_WritesOneLinePerRequestAndResponse()
    {
        var lines = new Lines();
        var observer = Observer(lines, LogEventLevel.Debug);
        observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(7, "app\u0007"), 0, 0);
        observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(7, "app"), 0, 0);
        Assert.Contains(lines.Rendered, line => line.Contains("carries", StringComparison.Ordinal));
        var known = lines.Rendered.Count;
        var second = Observer(lines, LogEventLevel.Debug);
        second.OnBytes(RelayFlow.Request, Wire.Heartbeat(7, "app"), 0, 0);
        second.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(7), 1_500_000, 1_500_000);
        Assert.Equal(
            [
                "\"outbound\" request \"Heartbeat\" version 0 correlation id 7 client id \"app\" size 23 connection 1",
                "\"outbound\" response \"Heartbeat\" version 0 correlation id 7 client id \"app\" size 6 latency 1.5 ms connection 1",
            ],
            lines.Rendered.Skip(known).Where(line => line.Contains("Heartbeat", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines.Rendered, line => line.Any(char.IsControl));
    }

    [Fact]
    public void OnFrame_DebugOff_WritesNothing()
    {
        var lines = new Lines();
        Observer(lines, LogEventLevel.Information).OnBytes(RelayFlow.Request, Wire.Heartbeat(1), 0, 0);
        Assert.Empty(lines.Rendered);
    }

    [Fact]
    public void OnFrame_MoreThanLimit_TellsHowManyWereLeftOut()
    {
        var lines = new Lines();
        using var log = Logger(lines, LogEventLevel.Debug);
        var metrics = new TrafficMetrics(1, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System, log);
        var observer = metrics.Create(Connection());
        for (var i = 0; i < 1000; i++)
            observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(i), 5, 5);
        metrics.OnTick(0, Ticks.From(TimeSpan.FromSeconds(2)));
        Assert.Equal(SessionLog.LinesPerSecond + 1, lines.Rendered.Count);
        Assert.StartsWith("801 debug lines were left out", lines.Rendered[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void OnToken_SaslPlain_LogsNoByteOfIt()
    {
        var lines = new Lines();
        var observer = Observer(lines, LogEventLevel.Debug);
        observer.OnBytes(RelayFlow.Request, Wire.Request(17, 0, 1, "c", Wire.String("PLAIN")), 0, 0);
        observer.OnBytes(RelayFlow.Response, Wire.Response(1, [.. Wire.Int16(0), .. Wire.Int32(0)]), 0, 0);
        observer.OnBytes(RelayFlow.Request, Wire.Frame("\0alice\0secret"u8), 0, 0);
        observer.OnBytes(RelayFlow.Response, Wire.Frame([]), 0, 0);
        observer.OnBytes(RelayFlow.Request, Wire.Request(36, 0, 2, "c", [.. Wire.Int32(13), .. "\0alice\0secret"u8]), 0, 0);
        Assert.Contains(lines.Rendered, line => line.Contains("SASL token", StringComparison.Ordinal));
        Assert.DoesNotContain(lines.Rendered, line => line.Contains("secret", StringComparison.Ordinal) || line.Contains("alice", StringComparison.Ordinal));
    }

    private static IRelayObserver Observer(Lines lines, LogEventLevel level) =>
        new TrafficMetrics(1, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System, Logger(lines, level)).Create(Connection());

    private static Logger Logger(Lines lines, LogEventLevel level) => new LoggerConfiguration().MinimumLevel.Is(level).WriteTo.Sink(lines).CreateLogger();

    private static RelayConnection Connection() =>
        new(1, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), 0, 0);

    private sealed class Lines : ILogEventSink
    {
        public List<string> Rendered { get; } = [];

        public void Emit(LogEvent logEvent) => Rendered.Add(logEvent.RenderMessage());
    }
}
