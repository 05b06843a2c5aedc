using System.Net.Sockets;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class RelayTests
{
    private readonly RecordingObservers _observers = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    public async Task Relay_RandomPiecesBothWays_BytesOutEqualBytesIn(int seed, int loops)
    {
        using var rig = new RelayRig(_observers, loops);
        byte[][] sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => ExchangeAsync(rig, new Random(seed * 100 + i))));

        foreach (RecordingObserver observer in _observers.All)
        {
            Assert.Equal(RelayEnd.Closed, await observer.End.WaitAsync(RelayRig.Deadline));
            Assert.Contains(sent, bytes => bytes.AsSpan().SequenceEqual(observer.Bytes(RelayFlow.Request)));
            Assert.Equal(observer.Bytes(RelayFlow.Request), observer.Bytes(RelayFlow.Response));
        }
    }

    [Fact]
    public void Relay_ClientEndsFirst_BrokerMayStillAnswer()
    {
        using var rig = new RelayRig(_observers);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("ask"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("ask"u8, broker.ReceiveToEnd());
        broker.SendAll("answer"u8);
        broker.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer"u8, client.ReceiveToEnd());

        RecordingObserver observer = Single();
        Assert.Equal(RelayEnd.Closed, Wait(observer.End));
        Assert.Equal([RelayFlow.Request, RelayFlow.Response], observer.HalfClosed);
    }

    [Fact]
    public void Relay_BrokerEndsFirst_ClientMayStillSend()
    {
        using var rig = new RelayRig(_observers);
        (Socket client, Socket broker) = rig.Pair();
        broker.SendAll("banner"u8);
        broker.Shutdown(SocketShutdown.Send);
        Assert.Equal("banner"u8, client.ReceiveToEnd());
        client.SendAll("late"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("late"u8, broker.ReceiveToEnd());

        RecordingObserver observer = Single();
        Assert.Equal(RelayEnd.Closed, Wait(observer.End));
        Assert.Equal([RelayFlow.Response, RelayFlow.Request], observer.HalfClosed);
    }

    [Fact]
    public void Relay_ClientResets_BrokerSeesReset()
    {
        using var rig = new RelayRig(_observers);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("x"u8);
        _ = broker.ReceiveExactly(1);
        client.Reset();

        Assert.Equal(SocketError.ConnectionReset, broker.ReceiveError());
        Assert.Equal(RelayEnd.ClientReset, Wait(Single().End));
    }

    [Fact]
    public void Relay_BrokerResetsBehindItsAnswer_ClientGetsAnswerThenReset()
    {
        using var rig = new RelayRig(_observers);
        (Socket client, Socket broker) = rig.Pair();
        broker.SendAll("last words"u8);
        broker.Reset();

        Assert.Equal("last words"u8, client.ReceiveExactly(10));
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Equal(RelayEnd.BrokerReset, Wait(Single().End));
    }

    [Fact]
    public void Relay_BrokerAnswersAndResetsBeforeItsConnectIsNoticed_ClientGetsAnswerThenReset()
    {
        using var upstream = new HeldUpstream();
        using var rig = new RelayRig(_observers, upstream: upstream.InFrontOf);
        using Socket client = rig.Connect();
        using Socket next = rig.Connect();
        upstream.LetPass(1); // The loop connects to the broker, accepts the next client and is held there.
        Socket broker = rig.Accept();
        broker.SendAll("last words"u8);
        broker.Reset();
        upstream.LetPass(1);

        Assert.Equal("last words"u8, client.ReceiveExactly(10));
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Equal(RelayEnd.BrokerReset, Wait(_observers.All.First().End));
    }

    [Fact]
    public void Relay_BrokerRefuses_ClientIsReset()
    {
        using var rig = new RelayRig(_observers);
        rig.StopBroker();
        using Socket client = rig.Connect();

        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        RecordingObserver observer = Single();
        Assert.Equal(RelayEnd.ConnectFailed, Wait(observer.End));
        Assert.Equal(rig.BrokerAddress, observer.Connection.Broker);
        Assert.Equal(1, rig.Server.Counters.ConnectFailed(ConnectError.Refused));
    }

    [Fact]
    public void Relay_BothSockets_AreKeptAlive()
    {
        using var rig = new RelayRig(_observers);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("x"u8);
        _ = broker.ReceiveExactly(1);

        // local address, remote address, state, queues, timer: 02 is the keep-alive timer (proc(5), net/tcp).
        bool IsKeptAlive(int local, int remote) => File.ReadLines("/proc/net/tcp").Any(line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var from, var to, _, _, ['0', '2', ':', ..], ..]
            && from.EndsWith($":{local:X4}", StringComparison.Ordinal) && to.EndsWith($":{remote:X4}", StringComparison.Ordinal));
        Assert.True(SpinWait.SpinUntil(() => IsKeptAlive(rig.Address.Port, client.LocalPort()), RelayRig.Deadline));
        Assert.True(SpinWait.SpinUntil(() => IsKeptAlive(broker.RemotePort(), rig.BrokerAddress.Port), RelayRig.Deadline));
    }

    [Fact]
    public void Relay_UrgentByte_StaysInTheStream()
    {
        using var rig = new RelayRig(_observers);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("ab"u8);
        client.Send("!"u8, SocketFlags.OutOfBand);
        client.SendAll("cd"u8);

        Assert.Equal("ab!cd"u8, broker.ReceiveExactly(5));
    }

    [Fact]
    public void Relay_SlowReader_StashStaysBoundedAndNothingIsLost()
    {
        using var rig = new RelayRig(_observers, brokerReceiveBuffer: 4096);
        (Socket client, Socket broker) = rig.Pair();
        var chunk = new byte[64 * 1024];
        new Random(7).NextBytes(chunk);
        client.Blocking = false;
        long sent = 0;

        // Until the kernel's buffers, the stash, and the kernel's buffers again are full.
        while (client.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectWrite))
        {
            sent += client.Send(chunk, 0, chunk.Length - (int)(sent % chunk.Length), SocketFlags.None, out _);
            Assert.InRange(rig.Server.StashedBytes, 0, LoopBuffers.ReceiveSize);
        }

        Assert.InRange(rig.Server.StashedBytes, 1, LoopBuffers.ReceiveSize);
        client.Blocking = true;
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, broker.ReceiveToEnd().Length);
        broker.Shutdown(SocketShutdown.Send);
        Assert.Empty(client.ReceiveToEnd());
        Assert.Equal(RelayEnd.Closed, Wait(Single().End));
        Assert.Equal(0, rig.Server.StashedBytes);
    }

    [Fact]
    public void Relay_ResetWhileStashed_StashIsFreedAndTheResetPassedOn()
    {
        using var rig = new RelayRig(_observers, brokerReceiveBuffer: 4096);
        (Socket client, Socket broker) = rig.Pair();
        client.Blocking = false;
        while (client.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite))
        {
            client.Send(new byte[256 * 1024], SocketFlags.None, out _);
        }

        Assert.True(rig.Server.StashedBytes > 0);
        broker.Reset();
        Assert.Equal(RelayEnd.BrokerReset, Wait(Single().End));
        Assert.Equal(0, rig.Server.StashedBytes);
        client.Blocking = true;
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
    }

    [Fact]
    public void Relay_ObserverThrows_BytesFlowOn()
    {
        var observers = new RecordingObservers { Failure = new InvalidOperationException("defect") };
        using var rig = new RelayRig(observers);
        (Socket client, Socket broker) = rig.Pair();
        for (int i = 0; i < 3; i++)
        {
            client.SendAll("ping"u8);
            Assert.Equal("ping"u8, broker.ReceiveExactly(4));
        }

        Assert.Equal(1, rig.Server.Counters.ObserverFailures);
    }

    [Fact]
    public void Relay_BusyConnection_DoesNotStarveAnother()
    {
        using var rig = new RelayRig(_observers);
        (Socket busyClient, Socket busyBroker) = rig.Pair();
        (Socket client, Socket broker) = rig.Pair();
        using var stop = new CancellationTokenSource();
        var pour = new Thread(() => Pour(busyClient, stop.Token));
        var drain = new Thread(() => Swallow(busyBroker));
        pour.Start();
        drain.Start();
        for (int i = 0; i < 200; i++)
        {
            client.SendAll("ping"u8);
            Assert.Equal("ping"u8, broker.ReceiveExactly(4));
        }

        stop.Cancel();
        pour.Join();
        drain.Join();
    }

    private static async Task<byte[]> ExchangeAsync(RelayRig rig, Random random)
    {
        var bytes = new byte[random.Next(1, 3_000_000)];
        random.NextBytes(bytes);
        using Socket client = rig.Connect();
        Task echo = EchoAsync(await rig.AcceptAsync().WaitAsync(RelayRig.Deadline));
        Task<byte[]> received = Task.Run(client.ReceiveToEnd);
        for (int sent = 0; sent < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - sent, random.Next(4) switch { 0 => 1, 1 => random.Next(1, 100), 2 => random.Next(1, 70_000), _ => random.Next(1, 600_000) });
            sent += await client.SendAsync(bytes.AsMemory(sent, length));
        }

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, await received.WaitAsync(RelayRig.Deadline));
        await echo;
        return bytes;
    }

    private static async Task EchoAsync(Socket broker)
    {
        using (broker)
        {
            var buffer = new byte[100_000];
            while (await broker.ReceiveAsync(buffer) is var n and > 0)
            {
                await broker.SendAsync(buffer.AsMemory(0, n));
            }

            broker.Shutdown(SocketShutdown.Send);
        }
    }

    private static void Pour(Socket client, CancellationToken stop)
    {
        var chunk = new byte[1024 * 1024];
        while (!stop.IsCancellationRequested)
        {
            client.SendAll(chunk);
        }

        client.Shutdown(SocketShutdown.Send);
    }

    private static void Swallow(Socket broker)
    {
        var buffer = new byte[1024 * 1024];
        while (broker.Receive(buffer) > 0)
        {
            continue;
        }
    }

    private RecordingObserver Single()
    {
        Assert.True(SpinWait.SpinUntil(() => !_observers.All.IsEmpty, RelayRig.Deadline));
        return Assert.Single(_observers.All);
    }

    private static RelayEnd Wait(Task<RelayEnd> end)
    {
        Assert.True(end.Wait(RelayRig.Deadline), "the connection did not end");
        return end.Result;
    }
}
