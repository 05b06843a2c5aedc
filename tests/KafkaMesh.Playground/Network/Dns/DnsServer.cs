using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Serilog;

namespace KafkaMesh.Playground.Network.Dns;

/// <summary>The cluster's DNS server on UDP and TCP port 53 inside the node's namespace; it knows the cluster's own names and nothing else.</summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int MaximumTcpConnections = 64;
    private static readonly TimeSpan TcpIdle = TimeSpan.FromSeconds(10);
    private readonly ClusterZone zone;
    private readonly Socket datagrams;
    private readonly Socket listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim connections = new(MaximumTcpConnections);
    private readonly Task running;

    /// <summary>Starts to answer on <paramref name="endPoint"/> inside <paramref name="inside"/>.</summary>
    public DnsServer(NetworkNamespace inside, IPEndPoint endPoint, ClusterZone zone)
    {
        this.zone = zone;
        listener = inside.Listen(endPoint);
        datagrams = inside.CreateSocket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(listener.LocalEndPoint!);
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        running = Task.WhenAll(ServeDatagramsAsync(), ServeConnectionsAsync());
    }

    public IPEndPoint EndPoint { get; }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        datagrams.Dispose();
        listener.Dispose();
        await running;
        stopping.Dispose();
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[4096];
        var any = new IPEndPoint(datagrams.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var received = await datagrams.ReceiveFromAsync(buffer, SocketFlags.None, any, stopping.Token);
                if (Answer(buffer.AsSpan(0, received.ReceivedBytes), truncate: true) is { } answer) await datagrams.SendToAsync(answer, received.RemoteEndPoint, stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                Log.Debug("DNS: a client was gone before its answer: {Error}", e.SocketErrorCode);
            }
        }
    }

    private async Task ServeConnectionsAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await connections.WaitAsync(stopping.Token);
                _ = ServeConnectionAsync(await listener.AcceptAsync(stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeConnectionAsync(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        var buffer = new byte[ushort.MaxValue + 2];
        try
        {
            while (true)
            {
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                idle.CancelAfter(TcpIdle);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), idle.Token);
                int size = BinaryPrimitives.ReadUInt16BigEndian(buffer);
                await stream.ReadExactlyAsync(buffer.AsMemory(0, size), idle.Token);
                if (Answer(buffer.AsSpan(0, size), truncate: false) is not { } answer) return;
                BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)answer.Length);
                answer.CopyTo(buffer, 2);
                await stream.WriteAsync(buffer.AsMemory(0, answer.Length + 2), idle.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            Log.Debug("DNS: a TCP client left: {Error}", e.Message);
        }
        finally
        {
            connections.Release();
        }
    }

    /// <summary>The answer to one packet, or null when it deserves none.</summary>
    internal byte[]? Answer(ReadOnlySpan<byte> packet, bool truncate)
    {
        if (!DnsMessage.TryReadQuestion(packet, out var question, out var end, out var error))
        {
            return error == DnsCode.NoError ? null : DnsMessage.WriteAnswer(packet, 12, error, DnsMessage.TypeA, [], truncate);
        }
        var (code, addresses) = zone.Resolve(question);
        return DnsMessage.WriteAnswer(packet, end, code, question.Type, addresses, truncate);
    }
}
