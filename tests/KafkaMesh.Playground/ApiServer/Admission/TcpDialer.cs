using System.Net;
using System.Net.Sockets;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>Opens plain TCP connections from the process's own network namespace.</summary>
internal static class TcpDialer
{
    /// <summary>Connects to an address.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    public static async ValueTask<Stream> ConnectAsync(IPEndPoint endpoint, CancellationToken cancel)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
