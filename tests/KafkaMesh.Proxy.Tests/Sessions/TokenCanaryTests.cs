using System.Buffers;
using System.Net;
using System.Text;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>A value that stands for a password in every kind of authentication, and is then looked for in everything that leaves the sidecar.</summary>
public class TokenCanaryTests
{
    private const string Canary = "c4n4ry-s3cr3t";

    private static readonly byte[] s_handshakeResponse = [.. Wire.Int16(0), .. Wire.Int32(0)];
    private static readonly byte[] s_plain = [.. "\0alice\0"u8, .. Encoding.ASCII.GetBytes(Canary)];
    private static readonly byte[] s_scram = Encoding.ASCII.GetBytes($"n,,n=alice,r={Canary}");
    private static readonly byte[] s_bearer = Encoding.ASCII.GetBytes($"n,,\u0001auth=Bearer {new string('e', 16_000)}{Canary}\u0001\u0001");
    private static readonly byte[] s_gssApi = [0x60, 0x20, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02, .. new byte[8], .. Encoding.ASCII.GetBytes(Canary)];

    [Fact]
    public void Tokens_OfEveryKindAndCut_LeaveTheSidecarNowhere()
    {
        using var outputs = new Outputs();
        foreach (var pieces in Conversations())
        {
            outputs.Show(pieces, int.MaxValue);
            outputs.Show(pieces, 1);
        }

        var text = outputs.Text();
        Assert.Contains("SASL token", text, StringComparison.Ordinal);
        Assert.Contains("SaslAuthenticate", text, StringComparison.Ordinal);
        Assert.Contains("\"bodyError\":\"Withheld\"", text, StringComparison.Ordinal);
        Assert.Contains("kafkamesh_requests_total", text, StringComparison.Ordinal);
        var bytes = Encoding.ASCII.GetBytes(Canary);
        string[] spellings =
        [
            Canary, Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
            .. Enumerable.Range(0, 3).Select(shift => Convert.ToBase64String([.. new byte[shift], .. bytes])[4..^4]),
        ];
        foreach (var spelling in spellings)
            Assert.DoesNotContain(spelling, text, StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<(RelayFlow Flow, byte[] Bytes)[]> Conversations()
    {
        foreach (var token in new[] { s_plain, s_scram, s_bearer, s_gssApi })
        {
            // Raw after SaslHandshake 0, and the server's token back.
            yield return
            [
                (RelayFlow.Request, Wire.Request(17, 0, 1, "app", Wire.String("ANY"))), (RelayFlow.Response, Wire.Response(1, s_handshakeResponse)),
                (RelayFlow.Request, Wire.Frame(token)), (RelayFlow.Response, Wire.Frame(token)), (RelayFlow.Request, Wire.Heartbeat(2)),
            ];
            for (short version = 0; version <= 2; version++)
            {
                var flexible = version == 2;
                yield return
                [
                    (RelayFlow.Request, Wire.Request(17, 1, 1, "app", Wire.String("ANY"))), (RelayFlow.Response, Wire.Response(1, s_handshakeResponse)),
                    (RelayFlow.Request, Wire.Request(36, version, 2, "app", Body(version, MessageKind.Request, token), flexible)),
                    (RelayFlow.Response, Wire.Response(2, Body(version, MessageKind.Response, token), flexible)),

                    // What a broken client might send: the token where the schema has no place for it.
                    (RelayFlow.Request, Wire.Request(36, version, 3, "app", token, flexible)), (RelayFlow.Response, Wire.Response(3, token, flexible)),
                    (RelayFlow.Request, Wire.Request(36, 99, 4, "app", token, flexible: true)), (RelayFlow.Response, Wire.Response(4, token, flexible: true)),
                    (RelayFlow.Request, Wire.Frame(token)),
                ];
            }

            // First of all, and first that is seen of an older connection.
            yield return [(RelayFlow.Request, Wire.Frame(token)), (RelayFlow.Response, Wire.Frame(token)), (RelayFlow.Request, Wire.Heartbeat(1)), (RelayFlow.Response, Wire.HeartbeatResponse(1))];
        }
    }

    private static byte[] Body(short version, MessageKind kind, byte[] token)
    {
        var json = kind == MessageKind.Request ? $$"""{"authBytes":"{{Convert.ToBase64String(token)}}"}"""
            : $$"""{"errorCode":0,"errorMessage":null,"authBytes":"{{Convert.ToBase64String(token)}}"{{(version > 0 ? ",\"sessionLifetimeMs\":0" : "")}}}""";
        using var document = System.Text.Json.JsonDocument.Parse(json);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal((EncodeError.None, ""), (BodyEncoder.Encode(36, version, kind, document.RootElement, output, out var place), place));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Everything that leaves the sidecar: logs, metrics, the report, and the lines of decode with bodies.</summary>
    private sealed class Outputs : IDisposable
    {
        private readonly Lines _logs = new();
        private readonly StringWriter _lines = new();
        private readonly Logger _log;
        private readonly TrafficMetrics _metrics;
        private readonly JsonLinesTrace _trace;
        private long _connections;

        public Outputs()
        {
            _log = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(_logs).CreateLogger();
            _metrics = new TrafficMetrics(1, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System, _log);
            _trace = new JsonLinesTrace(_lines, new BodyBuffers(), JsonViewOptions.RecordData);
        }

        public void Show((RelayFlow Flow, byte[] Bytes)[] pieces, int cut)
        {
            _connections++;
            var connection = new RelayConnection(_connections, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), 0, 0);
            var loop = new LoopMetrics(new SharedSeries(new SeriesLimits()));
            IRelayObserver[] observers =
            [
                _metrics.Create(connection),
                new ConnectionObserver(connection, loop, new SessionList(), _trace),
                new ConnectionObserver(connection, loop, new SessionList(), _trace, midStream: true),
            ];
            var now = _connections * Ticks.From(TimeSpan.FromSeconds(2)); // past the limit of lines per second
            foreach (var observer in observers)
            {
                foreach (var (flow, bytes) in pieces)
                {
                    for (var at = 0; at < bytes.Length; at += Math.Min(cut, bytes.Length))
                        observer.OnBytes(flow, bytes.AsSpan(at, Math.Min(cut, bytes.Length - at)), now, now);
                }

                observer.OnClosed(RelayEnd.Closed, now);
            }
        }

        public string Text()
        {
            var output = new ArrayBufferWriter<byte>();
            _metrics.WriteMetrics(output);
            _metrics.WriteStats(output, draining: false, final: false);
            _trace.Finish();
            return $"{_logs.Text}{_lines}{Encoding.UTF8.GetString(output.WrittenSpan)}";
        }

        public void Dispose()
        {
            _trace.Dispose();
            _log.Dispose();
            _lines.Dispose();
        }
    }

    private sealed class Lines : ILogEventSink
    {
        private readonly StringBuilder _text = new();

        public string Text => _text.ToString();

        public void Emit(LogEvent logEvent)
        {
            _text.AppendLine(logEvent.RenderMessage());
            foreach (var property in logEvent.Properties)
                _text.AppendLine(property.Value.ToString());
        }
    }
}
