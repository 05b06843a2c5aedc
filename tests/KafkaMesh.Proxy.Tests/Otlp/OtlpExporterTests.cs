using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Otlp;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Tests.Otlp;

public sealed class OtlpExporterTests : ILogEventSink
{
    private readonly TrafficMetrics _metrics = new(1, new SeriesLimits(), SidecarIdentity.Create("orders-0", "shop"), TimeProvider.System);
    private readonly OtlpCounters _counters = new();
    private readonly List<string> _lines = [];

    void ILogEventSink.Emit(LogEvent logEvent)
    {
        lock (_lines)
            _lines.Add($"{logEvent.Level}: {logEvent.RenderMessage(null)}");
    }

    [Fact]
    public async Task Push_Interval_PostsWhatTheSpecificationSays()
    {
        using var receiver = new OtlpReceiver();
        await using var exporter = Start(receiver.Address + "/v1/metrics", settings => settings with { Headers = [new("Authorization", "Bearer s3cret")] });
        var push = receiver.Next();
        Assert.Equal("POST /v1/metrics HTTP/1.1", push.Line);
        Assert.Equal(("application/x-protobuf", "Bearer s3cret", false), (push.Fields["Content-Type"], push.Fields["Authorization"], push.Fields.ContainsKey("Content-Encoding")));
        _ = receiver.Next();
        Assert.DoesNotContain(Lines(), line => line.Contains("s3cret", StringComparison.Ordinal));
        Assert.SkipUnless(Protoc.IsInstalled, "protoc is not installed: apt-get install protobuf-compiler.");
        var resource = Protoc.Decode(push.Body).One("resource_metrics").One("resource").Attributes();
        Assert.Equal(("kafkamesh-proxy", "orders-0", "shop"), (resource["service.name"], resource["k8s.pod.name"], resource["k8s.namespace.name"]));
    }

    [Fact]
    public async Task Push_Gzip_IsTheSameCompressed()
    {
        Assert.SkipUnless(Protoc.IsInstalled, "protoc is not installed: apt-get install protobuf-compiler.");
        using var receiver = new OtlpReceiver();
        await using var exporter = Start(receiver.Address, settings => settings with { IsCompressed = true });
        var push = receiver.Next();
        Assert.Equal("gzip", push.Fields["Content-Encoding"]);
        Assert.NotEmpty(Protoc.Decode(push.Expanded()).One("resource_metrics").One("scope_metrics").All("metrics"));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Push_Unavailable_IsTriedAgainWithTheSameBytes(int status)
    {
        using var receiver = new OtlpReceiver(OtlpReceiver.Answer(status), OtlpReceiver.Answer(200));
        await using (Start(receiver.Address, settings => settings with { Interval = TimeSpan.FromSeconds(4) }))
        {
            var first = receiver.Next();
            var second = receiver.Next();
            Assert.Equal(first.Body, second.Body);
            Assert.InRange(second.At - first.At, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(3));
            Assert.True(SpinWait.SpinUntil(() => _counters.Of(OtlpResult.Success) == 1, RelayRig.Deadline));
        }

        Assert.Equal(0, _counters.Of(OtlpResult.Failed));
        Assert.Single(Lines(), line => line.Contains($"fails (it answered {status})", StringComparison.Ordinal));
        Assert.Single(Lines(), line => line.Contains("works again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_RetryAfter_IsWaitedFor()
    {
        using var receiver = new OtlpReceiver(OtlpReceiver.Answer(503, fields: "Retry-After: 1\r\n"), OtlpReceiver.Answer(200));
        await using var exporter = Start(receiver.Address, settings => settings with { Interval = TimeSpan.FromSeconds(2.5) });
        var first = receiver.Next();
        Assert.InRange(receiver.Next().At - first.At, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Push_RetryAfterBeyondTheNextIntervals_SkipsThem()
    {
        using var receiver = new OtlpReceiver(OtlpReceiver.Answer(503, fields: "Retry-After: 1\r\n"), OtlpReceiver.Answer(200));
        await using var exporter = Start(receiver.Address, settings => settings with { Interval = TimeSpan.FromSeconds(0.2) });
        var first = receiver.Next();
        Assert.InRange(receiver.Next().At - first.At, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(4));
        Assert.Equal(1, _counters.Of(OtlpResult.Failed));
        Assert.InRange(_counters.Of(OtlpResult.Skipped), 2, 15);
    }

    /// <summary>Intervals are those of a clock that nobody sets: a step of the wall clock neither stops the pushes nor counts as missed ones.</summary>
    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task Push_WallClockIsSet_GoesOnAtTheIntervals(int seconds)
    {
        var time = new SettableTime(DateTimeOffset.UtcNow);
        using var receiver = new OtlpReceiver();
        await using var exporter = Start(receiver.Address, settings => settings with { Interval = TimeSpan.FromSeconds(0.5) }, time);
        _ = receiver.Next();
        time.Now += TimeSpan.FromSeconds(seconds);
        for (var i = 0; i < 3; i++)
            _ = receiver.Next();
        Assert.InRange(_counters.Of(OtlpResult.Skipped), 0, 60);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(302)]
    [InlineData(500)]
    public async Task Push_Refused_IsNotTriedAgainBeforeTheNext(int status)
    {
        using var receiver = new OtlpReceiver(OtlpReceiver.Answer(status, fields: "Location: /elsewhere\r\n"));
        await using var exporter = Start(receiver.Address, settings => settings with { Interval = TimeSpan.FromSeconds(0.3) });
        Assert.NotEqual(receiver.Next().Body, receiver.Next().Body);
        Assert.InRange(_counters.Of(OtlpResult.Failed), 1, 2);
        _ = receiver.Next();
        Assert.Single(Lines(), line => line.Contains($"fails (it answered {status})", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_PartialSuccess_IsCountedAndLoggedOnce()
    {
        Assert.SkipUnless(Protoc.IsInstalled, "protoc is not installed: apt-get install protobuf-compiler.");
        using var receiver = new OtlpReceiver(OtlpReceiver.Answer(200, Protoc.Encode("partial_success { rejected_data_points: 300 error_message: 'too\\nold' }")));
        await using (Start(receiver.Address))
        {
            for (var i = 0; i < 3; i++)
                _ = receiver.Next();
        }

        Assert.InRange(_counters.Of(OtlpResult.Partial), 3, long.MaxValue);
        Assert.Equal(0, _counters.Of(OtlpResult.Success));
        Assert.Single(Lines(), line => line.Contains("refused 300 points: \"too\\x0aold\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_ReceiverThatSaysNothing_EndsByTheTimeout()
    {
        using var receiver = new OtlpReceiver([[]]);
        await using var exporter = Start(receiver.Address, settings => settings with { Timeout = TimeSpan.FromSeconds(0.2), Interval = TimeSpan.FromSeconds(0.3) });
        _ = receiver.Next();
        _ = receiver.Next();
        Assert.Contains(Lines(), line => line.Contains("no answer within 0.2 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_NobodyListens_FailsAndEndsSoon()
    {
        int port;
        using (var closed = new TcpListener(IPAddress.Loopback, 0))
        {
            closed.Start();
            port = ((IPEndPoint)closed.LocalEndpoint).Port;
        }

        await using (Start($"http://127.0.0.1:{port}"))
            Assert.True(SpinWait.SpinUntil(() => _counters.Of(OtlpResult.Failed) > 1, RelayRig.Deadline));
        Assert.Single(Lines(), line => line.Contains("fails (ConnectionRefused)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Push_HeaderThatIsNone_FailsWithoutTellingIt()
    {
        using var receiver = new OtlpReceiver();
        await using (Start(receiver.Address, settings => settings with { Headers = [new("a b\n", "s3cret\n")] }))
            Assert.True(SpinWait.SpinUntil(() => _counters.Of(OtlpResult.Success) + _counters.Of(OtlpResult.Failed) > 1, RelayRig.Deadline));
        Assert.DoesNotContain(Lines(), line => line.Contains("s3cret", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dispose_ReceiverNeverAnswers_EndsSoon()
    {
        using var receiver = new OtlpReceiver([[]]);
        var exporter = Start(receiver.Address, settings => settings with { Timeout = TimeSpan.FromMinutes(1) });
        _ = receiver.Next();
        var ending = System.Diagnostics.Stopwatch.StartNew();
        await exporter.DisposeAsync();
        Assert.InRange(ending.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Contains(Lines(), line => line.Contains("had no answer within 2 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dispose_BeforeTheFirstIntervalEnds_PushesALastTime()
    {
        using var receiver = new OtlpReceiver();
        await using (Start(receiver.Address, settings => settings with { Interval = TimeSpan.FromHours(1) }))
        {
            Assert.False(receiver.HasMore);
        }

        _ = receiver.Next();
        Assert.Equal(1, _counters.Of(OtlpResult.Success));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0A")]
    [InlineData("0AFF")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01")]
    [InlineData("0A0508FFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("0B")]
    [InlineData("0A04120A4141")]
    public void PartialSuccess_Malformed_SaysNothing(string hex) => Assert.Equal((null, 0L, ""), Parts(PartialSuccess.Read(Convert.FromHexString(hex))));

    [Fact]
    public void PartialSuccess_AnyBytes_NeverThrows()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
                bytes[0] = 0x0A;
            Assert.InRange(PartialSuccess.Read(bytes).Rejected, 0, long.MaxValue);
        }
    }

    private static (string? Failure, long Rejected, string? Message) Parts(OtlpAnswer answer) => (answer.Failure, answer.Rejected, answer.Message ?? "");

    private OtlpExporter Start(string endpoint, Func<OtlpSettings, OtlpSettings>? change = null, TimeProvider? time = null)
    {
        var settings = new OtlpSettings(new Uri(endpoint)) { Interval = TimeSpan.FromSeconds(0.1), Timeout = TimeSpan.FromSeconds(5) };
        var log = new LoggerConfiguration().WriteTo.Sink(this).CreateLogger();
        return new OtlpExporter(change?.Invoke(settings) ?? settings, _metrics, SidecarIdentity.Create("orders-0", "shop"), _counters, time ?? TimeProvider.System, log);
    }

    private List<string> Lines()
    {
        lock (_lines)
            return [.. _lines];
    }
}
