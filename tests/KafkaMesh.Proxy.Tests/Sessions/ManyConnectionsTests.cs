using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>The connections of a loop lend each other what an open frame and a single request in flight need: none may show in another's figures.</summary>
public sealed class ManyConnectionsTests
{
    private const short Heartbeat = 12;
    private static readonly long s_millisecond = Ticks.From(TimeSpan.FromMilliseconds(1));

    [Fact]
    public void Responses_OpenOnManyConnectionsAtOnce_AreTimedAndCountedEachByItself()
    {
        const int count = 60;
        var connections = Enumerable.Range(0, count).Select(_ => new ObservedConnection(traced: false)).ToArray();
        byte[] Response(int i) => Wire.HeartbeatResponse(5, error: (short)(i % 2 == 0 ? 0 : 27));

        for (var i = 0; i < count; i++)
        {
            connections[i].Now = i * s_millisecond;
            connections[i].Send(Wire.Heartbeat(5));
        }

        // The first byte of a response counts, and each begins at another time; in the size, in the header and in the body the others come between.
        foreach (var (from, to) in new[] { (0, 4), (4, 6), (6, 9), (9, Response(0).Length) })
        {
            for (var i = count - 1; i >= 0; i--)
            {
                connections[i].Now = ((2 * i) + (100 * (from + 1))) * s_millisecond;
                connections[i].Receive(Response(i).AsSpan(from, to - from));
            }
        }

        for (var i = 0; i < count; i++)
        {
            var totals = connections[i].Api(Heartbeat);
            Assert.Equal((1, i % 2, 0), (totals.Responses, totals.ResponsesWithError, totals.InFlight));
            Assert.Equal((i + 100) * 1_000_000L, totals.Latency[(int)LatencyResult.All]!.SumNanoseconds);
            Assert.Equal(0, connections[i].Snapshot.Failures.Sum());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Traffic_RandomOverManyConnections_CountsWhatAModelCounts(int seed)
    {
        var random = new Random(seed);
        var connections = Enumerable.Range(0, 60).Select(_ => new Modelled()).ToArray();
        var now = 0L;
        for (var step = 0; step < 60_000; step++)
        {
            now += s_millisecond * random.Next(2000);
            var one = random.Next(connections.Length);
            connections[one].Step(random, now, mostInFlight: one % 3 == 0 ? 30 : 2);
            if (random.Next(1000) == 0)
            {
                connections[one].Close(now);
                connections[one].AssertEqual();
                connections[one] = new Modelled();
            }
        }

        foreach (var connection in connections)
        {
            connection.AssertEqual();
            connection.Close(now);
            connection.AssertEqual();
        }
    }

    /// <summary>A connection and what must be counted of it.</summary>
    private sealed class Modelled
    {
        private readonly ObservedConnection _connection = new(traced: false);
        private readonly Queue<(int Id, long SentAt)> _waiting = new();
        private readonly long[] _unanswered = new long[MetricLabels.UnansweredReasons];
        private byte[] _rest = [];
        private long _sent;
        private long _answered;
        private long _nanoseconds;
        private long _openLatency;

        public void Step(Random random, long now, int mostInFlight)
        {
            _connection.Now = now;
            if (_rest.Length > 0 && random.Next(2) == 0)
                Continue(random.Next(1, _rest.Length + 1));
            else if (_rest.Length == 0 && _waiting.Count > 0 && (_waiting.Count >= mostInFlight || random.Next(2) == 0))
                Answer(random, now);
            else if (_waiting.Count < mostInFlight)
                Send(now);
            if (random.Next(20) == 0)
                Age(now);
        }

        public void Close(long now)
        {
            _connection.Now = now;
            _connection.Close();
            _unanswered[(int)UnansweredReason.Closed] += _waiting.Count + (_rest.Length > 0 ? 1 : 0);
            _waiting.Clear();
            _rest = [];
        }

        public void AssertEqual()
        {
            var totals = _connection.Api(Heartbeat);
            Assert.Equal((_sent, _answered, (long)_waiting.Count), (totals.Requests, totals.Responses, totals.InFlight));
            Assert.Equal(_unanswered, totals.Unanswered);
            Assert.Equal(_nanoseconds, totals.Latency[(int)LatencyResult.All]?.SumNanoseconds ?? 0);
            Assert.Equal(0, _connection.Snapshot.Failures.Sum());
        }

        private void Send(long now)
        {
            // The same few ids on all connections.
            var id = (int)(_sent++ % 100);
            _connection.Send(Wire.Heartbeat(id));
            _waiting.Enqueue((id, now));
        }

        /// <summary>Mostly the oldest; else one behind it, whose elders are then given up. Sent up to somewhere within its body.</summary>
        private void Answer(Random random, long now)
        {
            for (var older = random.Next(10) == 0 ? random.Next(_waiting.Count) : 0; older > 0; older--)
            {
                _ = _waiting.Dequeue();
                _unanswered[(int)UnansweredReason.Resync]++;
            }

            var (id, sentAt) = _waiting.Dequeue();
            _openLatency = Ticks.ToNanoseconds(now - sentAt);
            _rest = Wire.HeartbeatResponse(id);
            Continue(random.Next(2 * sizeof(int), _rest.Length + 1));
        }

        private void Continue(int count)
        {
            _connection.Receive(_rest.AsSpan(0, count));
            _rest = _rest[count..];
            if (_rest.Length > 0)
                return;
            _answered++;
            _nanoseconds += _openLatency;
        }

        private void Age(long now)
        {
            _connection.Sessions.Age(now);
            while (_waiting.TryPeek(out var oldest) && now - oldest.SentAt > Ticks.From(KafkaSession.MaxAge))
            {
                _ = _waiting.Dequeue();
                _unanswered[(int)UnansweredReason.Aged]++;
            }
        }
    }
}
