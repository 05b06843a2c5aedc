using System.Net;
using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>What the kernel has for both halves of a relayed connection: the dialled socket, and the one that a listener accepted.</summary>
public sealed unsafe class KeepAliveTests
{
    [Theory]
    [InlineData(40, 7, 3)]
    [InlineData(KeepAlive.MostSeconds, KeepAlive.MostSeconds, KeepAlive.MostProbes)]
    public void Sockets_Given_HaveWhatWasAsked(int idle, int interval, int count)
    {
        (KeepAlive dialled, KeepAlive accepted) = Connect(new KeepAlive(idle, interval, count));
        Assert.Equal(new KeepAlive(idle, interval, count), dialled);
        Assert.Equal(new KeepAlive(idle, interval, count), accepted);
    }

    [Fact]
    public void Sockets_Zero_HaveWhatThePodHas()
    {
        (KeepAlive dialled, KeepAlive accepted) = Connect(default);
        Assert.Equal(new KeepAlive(Pods("time"), Pods("intvl"), Pods("probes")), dialled);
        Assert.Equal(dialled, accepted);
    }

    [Fact]
    public void UsualIdleSeconds_IsThePodsWhereThatIsShorter() => Assert.Equal(Math.Min(Pods("time"), KeepAlive.DefaultIdleSeconds), KeepAlive.UsualIdleSeconds());

    private static (KeepAlive Dialled, KeepAlive Accepted) Connect(KeepAlive keepAlive)
    {
        using Listener listener = Listener.Open("test", new IPEndPoint(IPAddress.Loopback, 0), keepAlive);
        int dialled = OutgoingSocket.Connect(listener.Local, keepAlive);
        Assert.True(dialled >= 0);
        int accepted = -1;
        Assert.True(SpinWait.SpinUntil(() => (accepted = Accept(listener.Descriptor)) >= 0, RelayRig.Deadline));
        try
        {
            return (Of(dialled), Of(accepted));
        }
        finally
        {
            _ = Libc.Close(dialled);
            _ = Libc.Close(accepted);
        }
    }

    private static int Accept(int listener)
    {
        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        uint length = SocketAddressBytes.MaxLength;
        return Libc.Accept(listener, address, &length, SocketConstants.NonBlocking | SocketConstants.CloseOnExec);
    }

    private static KeepAlive Of(int descriptor)
    {
        Assert.Equal(1, Option(descriptor, SocketConstants.LevelSocket, SocketConstants.KeepAlive));
        return new KeepAlive(
            Option(descriptor, SocketConstants.LevelTcp, SocketConstants.KeepAliveIdle),
            Option(descriptor, SocketConstants.LevelTcp, SocketConstants.KeepAliveInterval),
            Option(descriptor, SocketConstants.LevelTcp, SocketConstants.KeepAliveCount));
    }

    private static int Option(int descriptor, int level, int name)
    {
        int value = 0;
        uint length = sizeof(int);
        Assert.Equal(0, Libc.GetOption(descriptor, level, name, &value, &length));
        return value;
    }

    private static int Pods(string name) => int.Parse(File.ReadAllText($"/proc/sys/net/ipv4/tcp_keepalive_{name}"), System.Globalization.CultureInfo.InvariantCulture);
}
