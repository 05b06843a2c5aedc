using System.Net.Sockets;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class AllocationTests
{
    [Fact]
    public void Relay_SteadyState_LoopThreadAllocatesNothing()
    {
        const int warmUp = 2000;
        const int measured = 5000;
        var observers = new CountingObservers(warmUp, warmUp + measured);
        using var rig = new RelayRig(observers);
        (Socket client, Socket broker) = rig.Pair();
        var message = new byte[100];
        for (int i = 0; i <= (warmUp + measured) / 2; i++)
        {
            client.SendAll(message);
            _ = broker.ReceiveExactly(message.Length);
            broker.SendAll(message);
            _ = client.ReceiveExactly(message.Length);
        }

        Assert.True(observers.Chunks > warmUp + measured);
        Assert.Equal(0, observers.Allocated);
    }

    /// <summary>Reads the loop thread's allocation counter at two chunks; ticks in between are part of it.</summary>
    private sealed class CountingObservers(int first, int last) : IRelayObserverFactory, IRelayObserver
    {
        private long _start;

        public int Chunks { get; private set; }

        public long Allocated { get; private set; } = -1;

        public IRelayObserver Create(in RelayConnection connection) => this;

        public void OnTick(int loop, long timestamp)
        {
        }

        public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
        {
            Chunks++;
            if (Chunks == first)
            {
                _start = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (Chunks == last)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _start;
            }
        }

        public void OnHalfClosed(RelayFlow flow, long timestamp)
        {
        }

        public void OnClosed(RelayEnd end, long timestamp)
        {
        }
    }
}
