using System.Net.Sockets;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>What tests do with blocking sockets.</summary>
internal static class SocketExtensions
{
    public static int LocalPort(this Socket socket) => ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;

    public static int RemotePort(this Socket socket) => ((System.Net.IPEndPoint)socket.RemoteEndPoint!).Port;

    public static void SendAll(this Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    public static byte[] ReceiveExactly(this Socket socket, int length)
    {
        var bytes = new byte[length];
        for (int done = 0; done < length;)
        {
            int n = socket.Receive(bytes, done, length - done, SocketFlags.None);
            Assert.True(n > 0, $"the stream ended after {done} of {length} bytes");
            done += n;
        }

        return bytes;
    }

    public static byte[] ReceiveToEnd(this Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (socket.Receive(buffer) is var n and > 0)
        {
            all.Write(buffer, 0, n);
        }

        return all.ToArray();
    }

    /// <summary>Closes with a reset.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public static SocketError ReceiveError(this Socket socket)
    {
        try
        {
            int n = socket.Receive(new byte[1]);
            return n == 0 ? SocketError.Success : SocketError.IsConnected;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
