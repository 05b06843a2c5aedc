using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>
/// A broker whose manners the client chooses by the first letter of its client id: <c>a</c>nswers, <c>r</c>esets after the first request, <c>s</c>ays
/// nothing until the client ends, answers when the client has <c>h</c>alf-closed, answers every two requests in the <c>w</c>rong order, or each <c>t</c>wice.
/// What is no request is echoed.
/// </summary>
internal sealed class ScriptedBroker : IDisposable
{
    private const int ClientIdOffset = 14; // length, key, version, correlation id, length of the client id
    private const int CorrelationOffset = 8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker()
    {
        _listener.Start(4096);
        _ = Task.Run(AcceptAsync);
    }

    public EndPoint Address => _listener.LocalEndpoint;

    /// <summary>Sends pipelined requests and checks that the answers come in order.</summary>
    public static void AskAndCheck(Socket client, char manner, int requests)
    {
        client.SendAll(Requests(manner, requests));
        if (manner == 'h')
        {
            client.Shutdown(SocketShutdown.Send);
        }

        for (int i = 0; i < requests; i++)
        {
            Assert.Equal(Wire.HeartbeatResponse(i), client.ReceiveExactly(10));
        }
    }

    /// <summary>Pipelined requests, correlation ids from 0.</summary>
    public static byte[] Requests(char manner, int count) => [.. Enumerable.Range(0, count).SelectMany(i => Wire.Heartbeat(i, $"{manner}pp"))];

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync();
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                await ServeAsync(client, new byte[4096]);
            }
            catch (SocketException)
            {
                // Clients of these tests reset.
            }
        }
    }

    private static async Task ServeAsync(Socket client, byte[] buffer)
    {
        var held = new List<byte>();
        for (int filled = 0; await client.ReceiveAsync(buffer.AsMemory(filled)) is var n and > 0;)
        {
            filled += n;
            int done = 0;
            while (filled - done >= 4)
            {
                int length = 4 + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(done));
                if (length is < ClientIdOffset or > 100)
                {
                    await client.SendAsync(buffer.AsMemory(done, filled - done));
                    done = filled;
                }

                if (filled - done < length)
                {
                    break;
                }

                char manner = (char)buffer[done + ClientIdOffset];
                byte[] answer = Wire.HeartbeatResponse(BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(done + CorrelationOffset)));
                done += length;
                if (manner == 'r')
                {
                    client.Reset();
                    return;
                }

                if (manner == 'w')
                {
                    held.InsertRange(0, answer);
                }
                else if (manner != 's')
                {
                    held.AddRange(answer);
                }

                if (manner == 't')
                {
                    held.AddRange(answer);
                }

                if (manner is 'a' or 't' || (manner == 'w' && held.Count > answer.Length))
                {
                    await client.SendAsync(held.ToArray());
                    held.Clear();
                }
            }

            buffer.AsSpan(done, filled - done).CopyTo(buffer);
            filled -= done;
        }

        if (held.Count > 0)
        {
            await client.SendAsync(held.ToArray());
        }
    }
}
