using System.Net.Sockets;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>One side resets while the other is slow: what the relay had taken goes on, then the reset.</summary>
public sealed class ResetTests
{
    private const int SmallBuffer = 4096;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_ClientIsSlow_ClientGetsWhatWasTakenThenTheReset(bool isSpliced)
    {
        var observers = new SkippingObservers(() => isSpliced ? int.MaxValue : 0);
        using var rig = new RelayRig(observers);
        (Socket client, Socket broker) = rig.Pair(SmallBuffer);
        broker.SendAll("start"u8);
        Assert.Equal("start"u8, client.ReceiveExactly(5));
        Fill(broker);
        Assert.Equal(isSpliced, rig.Server.StashedBytes == 0);
        broker.Reset();

        long received = CountPattern(client, out SocketError error);
        Assert.Equal(SocketError.ConnectionReset, error);
        Assert.Equal(RelayEnd.BrokerReset, await observers.End.WaitAsync(RelayRig.Deadline));
        Assert.Equal(observers.Told(RelayFlow.Response) - 5, received);
        Assert.True(observers.Told(RelayFlow.Response) > LoopBuffers.ReceiveSize);
        Assert.Equal(0, rig.Server.StashedBytes);
    }

    [Fact]
    public async Task Reset_BrokerIsSlow_BrokerGetsWhatWasTakenThenTheReset()
    {
        var observers = new SkippingObservers(() => 0);
        using var rig = new RelayRig(observers, brokerReceiveBuffer: SmallBuffer);
        (Socket client, Socket broker) = rig.Pair();
        Fill(client);
        client.Reset();

        long received = CountPattern(broker, out SocketError error);
        Assert.Equal(SocketError.ConnectionReset, error);
        Assert.Equal(RelayEnd.ClientReset, await observers.End.WaitAsync(RelayRig.Deadline));
        Assert.Equal(observers.Told(RelayFlow.Request), received);
    }

    [Fact]
    public async Task Reset_ClientNeverReads_IsResetInTheEnd()
    {
        var observers = new SkippingObservers(() => 0);
        using var rig = new RelayRig(observers, settings: usual => usual with { LingerTime = TimeSpan.FromMilliseconds(200) });
        (Socket client, Socket broker) = rig.Pair(SmallBuffer);
        Fill(broker);
        broker.Reset();

        Assert.Equal(RelayEnd.BrokerReset, await observers.End.WaitAsync(RelayRig.Deadline));
        Assert.Equal(0, rig.Server.StashedBytes);
        Assert.InRange(CountPattern(client, out SocketError error), 1, observers.Told(RelayFlow.Response) - 1);
        Assert.Equal(SocketError.ConnectionReset, error);
    }

    [Fact]
    public async Task Reset_BothSides_EndsAtOnce()
    {
        var observers = new SkippingObservers(() => 0);
        using var rig = new RelayRig(observers);
        (Socket client, Socket broker) = rig.Pair(SmallBuffer);
        Fill(broker);
        broker.Reset();
        client.Reset();
        Assert.True(await observers.End.WaitAsync(RelayRig.Deadline) is RelayEnd.BrokerReset or RelayEnd.ClientReset);
        Assert.Equal(0, rig.Server.StashedBytes);
    }

    /// <summary>Sends until every buffer on the way is full; the bytes count up, so that a gap would show.</summary>
    private static void Fill(Socket sender)
    {
        byte[] pattern = Pattern(0, 64 * 1024);
        sender.Blocking = false;
        for (long sent = 0; sender.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite);)
        {
            int from = (int)(sent % pattern.Length);
            sent += sender.Send(pattern, from, pattern.Length - from, SocketFlags.None, out _);
        }
    }

    private static long CountPattern(Socket receiver, out SocketError error)
    {
        var buffer = new byte[64 * 1024];
        long total = 0;
        while (receiver.Receive(buffer, 0, buffer.Length, SocketFlags.None, out error) is var n and > 0)
        {
            Assert.Equal(Pattern(total, n), buffer.AsSpan(0, n));
            total += n;
        }

        return total;
    }

    private static byte[] Pattern(long from, int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            long at = (from + i) % (64 * 1024);
            bytes[i] = (byte)((at * 7) ^ (at >> 8));
        }

        return bytes;
    }
}
