using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Otlp;

/// <summary>An HTTP server on loopback that keeps what is posted and answers by script; the last answer goes on.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly BlockingCollection<Push> _pushes = [];
    private readonly ConcurrentQueue<byte[]> _answers;
    private byte[] _answer = Answer(200);

    public OtlpReceiver(params byte[][] answers)
    {
        _answers = new ConcurrentQueue<byte[]>(answers);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    /// <summary>How it speaks TLS; null when it does not.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    public string Address => $"{(Tls is null ? "http" : "https")}://{_listener.LocalEndpoint}";

    /// <summary>An answer; no bytes for none at all.</summary>
    public static byte[] Answer(int status, byte[]? body = null, string fields = "") =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status} x\r\n{fields}Content-Length: {body?.Length ?? 0}\r\n\r\n"), .. body ?? []];

    /// <summary>The next push, in order of arrival.</summary>
    public Push Next()
    {
        Assert.True(_pushes.TryTake(out var push, RelayRig.Deadline), "nothing was pushed");
        return push;
    }

    public bool HasMore => _pushes.Count > 0;

    public void Dispose()
    {
        _listener.Dispose();
        _pushes.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            Stream stream = client.GetStream();
            if (Tls is not null)
            {
                var encrypted = new SslStream(stream);
                try
                {
                    await encrypted.AuthenticateAsServerAsync(Tls);
                }
                catch (Exception error) when (error is AuthenticationException or IOException)
                {
                    return; // The one does not trust the other.
                }

                stream = encrypted;
            }

            while (await ReadAsync(stream) is { } push)
            {
                push = push with { Client = (stream as SslStream)?.RemoteCertificate?.Subject };
                _answer = _answers.TryDequeue(out var next) ? next : _answer;
                var answer = _answer;
                _pushes.Add(push);
                await stream.WriteAsync(answer);
            }
        }
    }

    private static async Task<Push?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var fields = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(field => field[0], field => field[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(fields["Content-Length"], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return new Push(lines[0], fields, body, DateTime.UtcNow);
    }

    /// <summary>One push as it came.</summary>
    internal sealed record Push(string Line, Dictionary<string, string> Fields, byte[] Body, DateTime At)
    {
        /// <summary>Whose certificate the client showed.</summary>
        public string? Client { get; init; }

        public byte[] Expanded()
        {
            var output = new MemoryStream();
            using var gzip = new GZipStream(new MemoryStream(Body), CompressionMode.Decompress);
            gzip.CopyTo(output);
            return output.ToArray();
        }
    }
}
