using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Decode;

/// <summary>Every recorded conversation against its ground truth, however the bytes are cut.</summary>
public class RecordedConversationTests
{
    public static TheoryData<string> Recordings => [.. Directory.GetFiles(TestPaths.Captures, "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_Whole_EqualsGroundTruth(string recording) => AssertGroundTruth(recording, null);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_ByteByByte_EqualsGroundTruth(string recording) => AssertGroundTruth(recording, _ => 1);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_CutAtRandom_EqualsGroundTruth(string recording)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            AssertGroundTruth(recording, left => random.Next(1, Math.Min(left, 200) + 1));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Decode_Counts_EqualGroundTruth(string recording)
    {
        var expected = RecordedMessage.Read(Path.Combine(TestPaths.Captures, recording + ".msgs.tsv"));
        var clients = expected.Select(row => row.Client).ToHashSet();
        var (_, snapshot) = Decode(recording, null, clients);
        foreach (var group in expected.GroupBy(row => row.ApiKey))
        {
            var totals = snapshot.Api(RelayDirection.Outbound, group.Key)!;
            Assert.Equal(group.Count(), totals.Requests);
            Assert.Equal(group.Sum(row => (long)row.RequestSize), totals.RequestBytes);
            Assert.Equal(group.Count(row => row.ResponseSize is not null), totals.Responses);
            Assert.Equal(group.Sum(row => (long)(row.ResponseSize ?? 0)), totals.ResponseBytes);
            foreach (var version in group.GroupBy(row => row.ApiVersion))
                Assert.Equal(version.Count(), totals.Versions[version.Key]);
        }

        Assert.Equal(clients.Count, snapshot.Connections[(int)ConnectionProtocol.Kafka]);
        Assert.Equal(0, snapshot.Open.Sum());
        Assert.Equal(0, snapshot.Failures[(int)DecodeFailureReason.MalformedBody]);
    }

    [Fact]
    public void Decode_TlsRecording_TellsTlsAndNothingElse()
    {
        var (trace, snapshot) = Decode("tls_kcat-kafka4.1.0", null, null);
        Assert.Equal(13, trace.Verdicts.Count);
        Assert.All(trace.Verdicts, verdict => Assert.Equal(ConnectionProtocol.Tls, verdict));
        Assert.Empty(trace.Frames);
        Assert.Equal(13, snapshot.Connections[(int)ConnectionProtocol.Tls]);
    }

    private static void AssertGroundTruth(string recording, Func<int, int>? cut)
    {
        var (trace, _) = Decode(recording, cut, null);
        Assert.DoesNotContain(trace.Failures, failure => failure is not DecodeFailureReason.TrailingBytes);
        var frames = trace.Frames.ToLookup(entry => entry.Connection, entry => entry.Frame);
        foreach (var connection in RecordedMessage.Read(Path.Combine(TestPaths.Captures, recording + ".msgs.tsv")).GroupBy(row => row.Client))
        {
            var requests = frames[connection.Key].Where(frame => frame.Flow == RelayFlow.Request).ToList();
            var responses = frames[connection.Key].Where(frame => frame.Flow == RelayFlow.Response).ToList();
            Assert.Equal(
                connection.Select(row => (row.ApiKey, row.ApiVersion, row.CorrelationId, row.ClientId, row.RequestSize)),
                requests.Select(frame => (frame.ApiKey, frame.ApiVersion, frame.CorrelationId, frame.ClientId ?? "", frame.Size)));
            var answered = connection.Where(row => row.ResponseSize is not null).ToList();
            Assert.Equal(
                answered.Select(row => (row.ApiKey, row.CorrelationId, row.ResponseSize!.Value)),
                responses.Select(frame => (frame.ApiKey, frame.CorrelationId, frame.Size)));
            foreach (var (row, response) in answered.Zip(responses))
                Assert.Equal(row.LatencySeconds!.Value, Ticks.ToNanoseconds(response.Latency) / 1e9, tolerance: 1.5e-6);
        }
    }

    private static (RecordingTrace Trace, MetricsSnapshot Snapshot) Decode(string recording, Func<int, int>? cut, HashSet<string>? clients)
    {
        var trace = new RecordingTrace();
        var metrics = new LoopMetrics(new SharedSeries(new SeriesLimits()));
        var sessions = new SessionList();
        var decoder = new CaptureDecoder([], Create, trace);
        using var file = File.OpenRead(Path.Combine(TestPaths.Captures, recording + ".pcap"));
        var reader = CaptureFile.Open(file, out _)!;
        while (reader.TryRead(out var packet))
            decoder.Add(packet);
        Assert.Null(reader.Error);
        decoder.Finish();
        return (trace, MetricsSnapshot.Take(metrics.Series, [metrics]));

        IPartialFlowObserver Create(in RelayConnection connection, bool midStream)
        {
            if (clients is not null && !clients.Contains($"{connection.Client.Port}"))
                return new Recut(null, null);
            return new Recut(new ConnectionObserver(connection, metrics, sessions, trace, midStream), cut);
        }
    }

    /// <summary>Shows an observer the same bytes in other pieces.</summary>
    private sealed class Recut(IPartialFlowObserver? observer, Func<int, int>? cut) : IPartialFlowObserver
    {
        public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
        {
            while (!bytes.IsEmpty)
            {
                var length = cut?.Invoke(bytes.Length) ?? bytes.Length;
                observer?.OnBytes(flow, bytes[..length], readAt, writtenAt);
                bytes = bytes[length..];
            }
        }

        public void OnGap(RelayFlow flow, int bytes, long timestamp) => observer?.OnGap(flow, bytes, timestamp);

        public void OnHalfClosed(RelayFlow flow, long timestamp) => observer?.OnHalfClosed(flow, timestamp);

        public void OnClosed(RelayEnd end, long timestamp) => observer?.OnClosed(end, timestamp);
    }
}
