using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>The channels of a remote command inside one WebSocket: the first byte of each message names the channel (v4 and v5.channel.k8s.io).</summary>
internal sealed class ExecChannels(WebSocket socket) : IDisposable
{
    /// <summary>Standard output.</summary>
    public const byte Stdout = 1;

    /// <summary>Standard error.</summary>
    public const byte Stderr = 2;

    /// <summary>The Status at the end.</summary>
    public const byte Error = 3;

    private const byte Stdin = 0;
    private const byte Resize = 4;
    private const byte CloseChannel = 255;
    private const int MaxMessageBytes = 64 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <inheritdoc/>
    public void Dispose() => _sending.Dispose();

    /// <summary>Sends bytes on a channel.</summary>
    public async Task SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        var message = new byte[data.Length + 1];
        message[0] = channel;
        data.CopyTo(message.AsMemory(1));
        await _sending.WaitAsync(cancel);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancel);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Ends the session towards the client.</summary>
    public Task CloseAsync(CancellationToken cancel) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancel);

    /// <summary>
    /// Feeds the client's input to the process until the client closes or <paramref name="ended"/>: standard input, its end and terminal sizes.
    /// A client that goes away ends the reading, not the process's output.
    /// </summary>
    public async Task ReceiveAsync(IExecSession process, CancellationToken ended)
    {
        var buffer = new byte[MaxMessageBytes];
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                var message = await socket.ReceiveAsync(buffer, ended);
                if (message.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                await HandleAsync(process, buffer.AsMemory(0, message.Count), ended);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The session is over, or the process closed its input: there is nobody left to feed.
            return;
        }

        await CloseInputAsync(process);
    }

    private static async Task HandleAsync(IExecSession process, ReadOnlyMemory<byte> message, CancellationToken ended)
    {
        if (message.Length == 0)
        {
            return;
        }

        var data = message[1..];
        switch (message.Span[0])
        {
            case Stdin when process.Stdin is not null:
                await process.Stdin.WriteAsync(data, ended);
                await process.Stdin.FlushAsync(ended);
                break;
            case Resize:
                ResizeTerminal(process, data.Span);
                break;
            case CloseChannel when data.Length == 1 && data.Span[0] == Stdin:
                await CloseInputAsync(process);
                break;
        }
    }

    private static void ResizeTerminal(IExecSession process, ReadOnlySpan<byte> json)
    {
        try
        {
            var size = JsonNode.Parse(json) as JsonObject;
            if (size?["Width"] is JsonValue width && size["Height"] is JsonValue height)
            {
                process.Resize(width.GetValue<ushort>(), height.GetValue<ushort>());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // An unreadable size keeps the terminal as it is.
            return;
        }
    }

    private static ValueTask CloseInputAsync(IExecSession process) => process.Stdin?.DisposeAsync() ?? ValueTask.CompletedTask;
}
