using System.Net;
using System.Net.Sockets;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Network;

public sealed class ServicePublisherTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly PublishedService Web = PublishedService.TryParse("demo/web:80")!;

    [Fact]
    public async Task Connection_ToALivingTarget_CarriesBytesAndHalfClosesBothWays()
    {
        await using var network = await NetworkFixture.CreateAsync();
        using var server = network.Network.Node.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var target = (IPEndPoint)server.LocalEndPoint!;
        await using var publisher = new ServicePublisher(network.Network.Node, Web, () => target);
        var serving = CountAsync(server);

        using var client = new TcpClient();
        await client.ConnectAsync(publisher.EndPoint, Cancel);
        Assert.True(IPAddress.IsLoopback(publisher.EndPoint.Address));
        var stream = client.GetStream();
        await stream.WriteAsync(new byte[100_000], Cancel);
        client.Client.Shutdown(SocketShutdown.Send);
        var answer = await new StreamReader(stream).ReadToEndAsync(Cancel);
        Assert.Equal("100000", answer);
        await serving;
    }

    [Fact]
    public async Task Connection_WithoutATarget_IsClosedAndTheNextOneWorks()
    {
        await using var network = await NetworkFixture.CreateAsync();
        using var server = network.Network.Node.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        IPEndPoint? target = null;
        await using var publisher = new ServicePublisher(network.Network.Node, Web, () => target);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(publisher.EndPoint, Cancel);
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Cancel));
        }
        target = (IPEndPoint)server.LocalEndPoint!;
        var serving = CountAsync(server);
        using var second = new TcpClient();
        await second.ConnectAsync(publisher.EndPoint, Cancel);
        var stream = second.GetStream();
        second.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("0", await new StreamReader(stream).ReadToEndAsync(Cancel));
        await serving;
    }

    /// <summary>Answers one connection with the number of bytes that it sent.</summary>
    private static async Task CountAsync(Socket server)
    {
        using var connection = await server.AcceptAsync(Cancel);
        var (buffer, total) = (new byte[4096], 0);
        while (await connection.ReceiveAsync(buffer, Cancel) is > 0 and var size) total += size;
        await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes(total.ToString(System.Globalization.CultureInfo.InvariantCulture)), Cancel);
        connection.Shutdown(SocketShutdown.Both);
    }
}
