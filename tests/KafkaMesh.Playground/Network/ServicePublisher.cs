using System.Net;
using System.Net.Sockets;
using Serilog;

namespace KafkaMesh.Playground.Network;

/// <summary>Forwards connections from a port on 127.0.0.1 of the host to a Service, from inside the node's namespace, where its NAT rules hold.</summary>
internal sealed class ServicePublisher : IAsyncDisposable
{
    private const int MaximumConnections = 256;
    private readonly NetworkNamespace node;
    private readonly Func<IPEndPoint?> resolve;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim slots = new(MaximumConnections);
    private readonly Task accepting;

    /// <summary>Starts to listen; <paramref name="resolve"/> gives the Service's cluster address at each connection, null while it does not exist.</summary>
    public ServicePublisher(NetworkNamespace node, PublishedService service, Func<IPEndPoint?> resolve)
    {
        this.node = node;
        this.resolve = resolve;
        Service = service;
        listener = new TcpListener(IPAddress.Loopback, service.LocalPort);
        listener.Start();
        accepting = AcceptAsync();
    }

    public PublishedService Service { get; }

    /// <summary>The address on the host.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await slots.WaitAsync(stopping.Token);
                _ = ForwardAsync(await listener.AcceptSocketAsync(stopping.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Log.Debug("127.0.0.1 port of {Service} is closed", Service);
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        try
        {
            using (client)
            {
                if (resolve() is not { } target) return;
                using var upstream = await node.ConnectAsync(target, stopping.Token);
                await Task.WhenAll(PumpAsync(client, upstream), PumpAsync(upstream, client));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Log.Debug("A connection to {Service} ended: {Error}", Service, e.Message);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        while (await from.ReceiveAsync(buffer, stopping.Token) is > 0 and var size)
        {
            var sent = 0;
            while (sent < size) sent += await to.SendAsync(buffer.AsMemory(sent, size - sent), stopping.Token);
        }
        to.Shutdown(SocketShutdown.Send);
    }
}
