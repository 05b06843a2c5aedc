using System.Net.Sockets;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

[Collection(AloneCollection.Name)]
public sealed class RelayedSessionAllocationTests
{
    [Fact]
    public void Session_SteadyTrafficThroughRealSockets_LoopThreadAllocatesNothing()
    {
        const int warmUp = 3000;
        const int measured = 5000;
        var traffic = new TrafficMetrics(1, new SeriesLimits(), SidecarIdentity.Create(null, null, null), TimeProvider.System);
        var watched = new AllocationWatch(traffic, warmUp, warmUp + measured);
        using var rig = new RelayRig(watched);
        (Socket client, Socket broker) = rig.Pair();
        byte[] large = new byte[600_000];
        for (int i = 0; watched.Allocated < 0; i++)
        {
            Assert.True(i < warmUp + measured, "the measurement did not end");
            // Small and large, so that bytes are copied and spliced; large ones seldom, as they take many pieces.
            byte[] request = i % 50 == 0 ? Wire.Produce(i, 1, "orders", Wire.Batch(3, large.Length)) : Wire.Produce(i, 1, "orders", Wire.Batch(3, 40));
            byte[] response = Wire.ProduceResponse(i, "orders");
            client.SendAll(request);
            _ = broker.ReceiveExactly(request.Length);
            broker.SendAll(response);
            _ = client.ReceiveExactly(response.Length);
        }

        Assert.Equal(0, watched.Allocated);
        Assert.True(rig.Server.SplicedBytes > 0);
        Assert.All(traffic.Snapshot().Failures, failures => Assert.Equal(0, failures));
    }

    /// <summary>Passes everything on and reads the loop thread's allocation counter at two calls.</summary>
    private sealed class AllocationWatch(TrafficMetrics traffic, int first, int last) : IRelayObserverFactory, IRelayObserver
    {
        private IRelayObserver? _inner;
        private long _start;
        private long _allocated = -1;
        private int _calls;

        public long Allocated => Volatile.Read(ref _allocated);

        public IRelayObserver Create(in RelayConnection connection)
        {
            _inner = traffic.Create(connection);
            return this;
        }

        public void OnTick(int loop, long timestamp) => traffic.OnTick(loop, timestamp);

        public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
        {
            _inner!.OnBytes(flow, bytes, readAt, writtenAt);
            Note();
        }

        public int SkippableBytes(RelayFlow flow) => _inner!.SkippableBytes(flow);

        public void OnSkipped(RelayFlow flow, int count, long readAt, long writtenAt)
        {
            _inner!.OnSkipped(flow, count, readAt, writtenAt);
            Note();
        }

        public void OnHalfClosed(RelayFlow flow, long timestamp) => _inner!.OnHalfClosed(flow, timestamp);

        public void OnClosed(RelayEnd end, long timestamp) => _inner!.OnClosed(end, timestamp);

        private void Note()
        {
            _calls++;
            if (_calls == first)
            {
                _start = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_calls == last)
            {
                Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread() - _start);
            }
        }
    }
}
