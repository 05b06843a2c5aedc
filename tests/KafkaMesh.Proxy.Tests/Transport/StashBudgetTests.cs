using System.Net.Sockets;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>Many slow readers at once: what the relay holds for them stays within the budget, and nothing is lost, doubled or reordered.</summary>
public sealed class StashBudgetTests
{
    private const int Connections = 24;
    private const long Budget = LoopBuffers.ReceiveSize + LoopBuffers.LeanReceiveSize;

    [Fact]
    public async Task Stash_MoreSlowReadersThanTheBudgetHolds_StaysWithinIt()
    {
        var observers = new RecordingObservers();
        using var rig = new RelayRig(observers, settings: usual => usual with { StashBudget = Budget });
        (Socket Client, Socket Broker)[] pairs = [.. Enumerable.Range(0, Connections).Select(_ => rig.Pair(clientReceiveBuffer: 4096))];
        long[] sent = new long[Connections];
        long most = 0;
        Parallel.For(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            Socket broker = pairs[i].Broker;
            byte[] chunk = Chunk(i);
            broker.Blocking = false;
            while (broker.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectWrite))
            {
                int from = (int)(sent[i] % chunk.Length);
                sent[i] += broker.Send(chunk, from, chunk.Length - from, SocketFlags.None, out _);
                InterlockedMax(ref most, rig.Server.StashedBytes);
            }

            broker.Blocking = true;
        });
        Assert.InRange(most, 1, Budget);

        // Somebody who is not slow is served all the same.
        (Socket quick, Socket quickBroker) = rig.Pair();
        byte[] bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        Task<byte[]> received = Task.Run(() => quick.ReceiveExactly(bytes.Length));
        quickBroker.SendAll(bytes);
        Assert.Equal(bytes, await received.WaitAsync(RelayRig.Deadline));

        for (int i = 0; i < Connections; i++)
        {
            pairs[i].Broker.Shutdown(SocketShutdown.Send);
            Assert.Equal(sent[i], CheckToEnd(pairs[i].Client, Chunk(i)));
            pairs[i].Client.Shutdown(SocketShutdown.Send);
        }

        Assert.True(SpinWait.SpinUntil(() => rig.Server.Counters.Open == 1, RelayRig.Deadline));
        Assert.Equal(0, rig.Server.StashedBytes);
        Assert.Equal(sent.Order(), observers.All.Where(observer => observer.End.IsCompleted).Select(observer => (long)observer.Bytes(RelayFlow.Response).Length).Order());
        GC.KeepAlive((quick, quickBroker)); // Collected, they would be closed.
    }

    [Fact]
    public async Task Stash_NoRoomAtAll_UrgentBytesAndEndsPassAllTheSame()
    {
        using var rig = new RelayRig(new RecordingObservers(), settings: usual => usual with { StashBudget = 0 });
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("ab"u8);
        client.Send("!"u8, SocketFlags.OutOfBand);
        client.SendAll("cd"u8);
        Assert.Equal("ab!cd"u8, broker.ReceiveExactly(5));
        byte[] bytes = new byte[5_000_000];
        new Random(2).NextBytes(bytes);
        Task<byte[]> received = Task.Run(broker.ReceiveToEnd);
        client.SendAll(bytes);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, await received.WaitAsync(RelayRig.Deadline));
        broker.SendAll("bye"u8);
        broker.Reset();
        Assert.Equal("bye"u8, client.ReceiveExactly(3));
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
    }

    private static byte[] Chunk(int seed)
    {
        var chunk = new byte[64 * 1024];
        new Random(seed).NextBytes(chunk);
        return chunk;
    }

    private static long CheckToEnd(Socket receiver, byte[] chunk)
    {
        byte[] received = receiver.ReceiveToEnd();
        for (int at = 0; at < received.Length; at += chunk.Length)
        {
            int length = Math.Min(chunk.Length, received.Length - at);
            Assert.True(received.AsSpan(at, length).SequenceEqual(chunk.AsSpan(0, length)), $"bytes differ behind {at}");
        }

        return received.Length;
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (long seen = Volatile.Read(ref target); seen < value && Interlocked.CompareExchange(ref target, value, seen) is var before && before != seen; seen = before)
        {
            continue;
        }
    }
}
