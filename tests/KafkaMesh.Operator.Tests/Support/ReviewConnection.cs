using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>A connection to a webhook of this machine, to send what an API server would not.</summary>
internal sealed class ReviewConnection : IAsyncDisposable
{
    private readonly SslStream _stream;

    private ReviewConnection(SslStream stream) => _stream = stream;

    /// <summary>What the webhook chose to speak.</summary>
    public SslApplicationProtocol Protocol => _stream.NegotiatedApplicationProtocol;

    /// <summary>Connects.</summary>
    /// <param name="port">The webhook's port.</param>
    /// <param name="protocols">What is offered to speak; nothing is said of it when there is none.</param>
    public static async Task<ReviewConnection> OpenAsync(int port, params SslApplicationProtocol[] protocols)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = WellKnownNames.OperatorName, ApplicationProtocols = [.. protocols] });
        return new ReviewConnection(stream);
    }

    /// <summary>A POST of a review.</summary>
    /// <param name="body">The review, or the beginning of one.</param>
    /// <param name="length">The header that tells where it ends; by default as it does.</param>
    public static byte[] Request(string body, string? length = null) =>
        Encoding.ASCII.GetBytes($"POST {WellKnownNames.MutatePodsPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length ?? $"Content-Length: {body.Length}"}\r\n\r\n{body}");

    /// <summary>Sends.</summary>
    /// <exception cref="IOException">The webhook ended the connection.</exception>
    public async Task SendAsync(byte[] request) => await _stream.WriteAsync(request);

    /// <summary>Sends a whole review and gives the status line of the answer; null when there was none.</summary>
    public async Task<string?> AskAsync(string review)
    {
        await SendAsync(Request(review));
        return await LineAsync();
    }

    /// <summary>The next line of the answer, and of the one after it; null at the end of the connection.</summary>
    public async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (await _stream.ReadAsync(next) > 0)
        {
            if (next[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)next[0]);
        }
        return null;
    }

    /// <summary>The lines of an answer from where it was read to, up to its body.</summary>
    public async Task<List<string>> HeadersAsync()
    {
        var lines = new List<string>();
        while (await LineAsync() is { Length: > 0 } line)
            lines.Add(line);
        return lines;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
