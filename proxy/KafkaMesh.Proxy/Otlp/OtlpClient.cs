using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>Posts requests to one receiver by OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
internal sealed class OtlpClient : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    private readonly OtlpSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    /// <summary>Opens nothing yet.</summary>
    public OtlpClient(OtlpSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // Headers may hold secrets, meant for this endpoint.
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            MaxConnectionsPerServer = 1,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        };
        if (settings.Certificates is { } certificates)
            handler.SslOptions = certificates.Options();
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Posts once.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<OtlpAnswer> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_settings.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = Request(body);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode
                ? PartialSuccess.Read(await ReadAsync(response.Content, either.Token))
                : Refusal(response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OtlpAnswer($"no answer within {_settings.Timeout.TotalSeconds} s", MayRetry: true);
        }
        catch (HttpRequestException error)
        {
            return new OtlpAnswer(error.InnerException is SocketException socket ? $"{socket.SocketErrorCode}" : $"{error.HttpRequestError}", MayRetry: true);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidOperationException)
        {
            return new OtlpAnswer($"no request can be made of the settings: {error.GetType().Name}"); // Without the message: it may quote a header.
        }
        catch (IOException error)
        {
            return new OtlpAnswer(error.InnerException is SocketException socket ? $"{socket.SocketErrorCode}" : "the connection broke", MayRetry: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(_settings.IsCompressed ? Compress(body) : body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        if (_settings.IsCompressed)
            content.Headers.ContentEncoding.Add("gzip");
        var request = new HttpRequestMessage(HttpMethod.Post, _settings.Endpoint) { Content = content };
        foreach (var (name, value) in _settings.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> body)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body.Span);
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    private OtlpAnswer Refusal(HttpResponseMessage response)
    {
        var failure = $"it answered {(int)response.StatusCode}";
        var mayRetry = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return new OtlpAnswer(failure, mayRetry, mayRetry && wait is { } asked ? Bounded(asked) : null);
    }

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestWait ? s_longestWait : wait;

    // What is longer than any answer is not read: the connection ends with it.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxAnswerBytes];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return bytes.AsMemory(0, length);
    }
}
