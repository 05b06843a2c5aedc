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
    private bool _inputBroken;

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
    /// A client that goes away ends the reading, not the process's output; input that the process no longer takes is read and dropped.
    /// </summary>
    public async Task ReceiveAsync(IExecSession process, CancellationToken ended)
    {
        var buffer = new byte[MaxMessageBytes];
        try
        {
            while (await ReceiveMessageAsync(process, buffer, ended))
            {
                // Each message was handled as it came.
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The session is over: there is nobody left to feed.
            return;
        }

        await CloseInputAsync(process);
    }

    // A message comes in pieces, as it left the client or the network cut it; only the first piece names the channel.
    private async Task<bool> ReceiveMessageAsync(IExecSession process, byte[] buffer, CancellationToken ended)
    {
        var held = 0;
        while (true)
        {
            var piece = await socket.ReceiveAsync(buffer.AsMemory(held), ended);
            if (piece.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            held += piece.Count;
            if (held > 1 && buffer[0] == Stdin)
            {
                await WriteInputAsync(process, buffer.AsMemory(1, held - 1), ended);
                held = 1;
            }

            if (piece.EndOfMessage)
            {
                await ControlAsync(process, buffer.AsMemory(0, held));
                return true;
            }

            if (held == buffer.Length)
            {
                throw new IOException($"A message on channel {buffer[0]} exceeds {MaxMessageBytes} bytes.");
            }
        }
    }

    private async ValueTask WriteInputAsync(IExecSession process, ReadOnlyMemory<byte> data, CancellationToken ended)
    {
        if (process.Stdin is null || _inputBroken)
        {
            return;
        }

        try
        {
            await process.Stdin.WriteAsync(data, ended);
            await process.Stdin.FlushAsync(ended);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process ended or closed its input; its output still matters, so the session goes on.
            _inputBroken = true;
        }
    }

    private static async ValueTask ControlAsync(IExecSession process, ReadOnlyMemory<byte> message)
    {
        if (message.Length < 2)
        {
            return;
        }

        switch (message.Span[0])
        {
            case Resize:
                ResizeTerminal(process, message.Span[1..]);
                break;
            case CloseChannel when message.Length == 2 && message.Span[1] == Stdin:
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
