using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using KafkaMesh.Kubernetes.Configuration;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Sends requests with credentials and deadlines, repeats those that the server asks to repeat, and turns refusals into <see cref="ApiException"/>.</summary>
internal sealed class ApiTransport : IDisposable
{
    // This is no HTML: base64 with every + as six characters would be larger than it is, and than the buffer for it.
    private static readonly JsonWriterOptions s_bodies = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ApiConnections _connections;
    private readonly KubernetesClientConfiguration _configuration;
    private readonly KubernetesClientOptions _options;
    private readonly IClientMetrics? _metrics;
    private readonly TimeProvider _timeProvider;

    public ApiTransport(KubernetesClientConfiguration configuration, KubernetesClientOptions options, IClientMetrics? metrics, TimeProvider timeProvider)
    {
        _configuration = configuration;
        _options = options;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _connections = new ApiConnections(configuration, options);
    }

    /// <summary>Sends and hands the whole body of a success to <paramref name="read"/>.</summary>
    public async Task<T> SendAsync<T>(ApiRequest request, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var time = new CancellationTokenSource(request.Timeout, _timeProvider);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
            try
            {
                T? answer = default;
                using var response = await SendAsync(request, async (success, token) => answer = await ReadAsync(success, read, token), time, deadline.Token, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return answer!;
                }

                var refusal = await RefusalAsync(request, response, deadline.Token);
                if (!request.MayBeRepeated || !MayRepeat(refusal, attempt))
                {
                    throw refusal;
                }

                await Task.Delay(refusal.RetryAfter ?? TimeSpan.Zero, _timeProvider, cancellationToken);
            }
            catch (Exception exception) when (ApiErrors.IsTransportFailure(exception) && !cancellationToken.IsCancellationRequested)
            {
                throw ApiErrors.FromFailure(request, exception);
            }
        }
    }

    /// <summary>Sends and returns as soon as the header of a success is there: the caller reads and disposes the response.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var response = await OpenAnyAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        using (var time = new CancellationTokenSource(request.Timeout, _timeProvider))
        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken))
        {
            try
            {
                throw await RefusalAsync(request, response, deadline.Token);
            }
            catch (Exception exception) when (ApiErrors.IsTransportFailure(exception) && !cancellationToken.IsCancellationRequested)
            {
                throw ApiErrors.FromFailure(request, exception);
            }
        }
    }

    /// <summary>The same whatever the status is: the caller judges it.</summary>
    public async Task<HttpResponseMessage> OpenAnyAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(request.Timeout, _timeProvider);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            return await SendAsync(request, read: null, time, deadline.Token, cancellationToken);
        }
        catch (Exception exception) when (ApiErrors.IsTransportFailure(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw ApiErrors.FromFailure(request, exception);
        }
    }

    public void Dispose() => _connections.Dispose();

    private async ValueTask<T> ReadAsync<T>(HttpResponseMessage success, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        await using var body = new BoundedStream(await success.Content.ReadAsStreamAsync(cancellationToken), _options.MaxResponseBytes);
        return await read(body, cancellationToken);
    }

    private async ValueTask<ApiException> RefusalAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(_options.MaxResponseBytes, cancellationToken);
        return await ApiErrors.FromResponseAsync(request, response, cancellationToken);
    }

    // Once, and once more when the credential was refused and there may be another.
    private async Task<HttpResponseMessage> SendAsync(
        ApiRequest request, Func<HttpResponseMessage, CancellationToken, Task>? read, CancellationTokenSource time, CancellationToken deadline, CancellationToken cancellationToken)
    {
        var credential = await CredentialAsync(request, time, cancellationToken);
        var response = await SendAsync(request, credential, read, deadline);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !_configuration.Credentials.Invalidate(credential))
        {
            return response;
        }

        response.Dispose();
        credential = await CredentialAsync(request, time, cancellationToken);
        return await SendAsync(request, credential, read, deadline);
    }

    // A plug-in takes the time that it takes, for a login in a browser too: the deadline is the server's.
    private async ValueTask<Credential> CredentialAsync(ApiRequest request, CancellationTokenSource time, CancellationToken cancellationToken)
    {
        time.CancelAfter(Timeout.InfiniteTimeSpan);
        var credential = await _configuration.Credentials.GetAsync(cancellationToken);
        time.CancelAfter(request.Timeout);
        return credential;
    }

    private async Task<HttpResponseMessage> SendAsync(ApiRequest request, Credential credential, Func<HttpResponseMessage, CancellationToken, Task>? read, CancellationToken cancellationToken)
    {
        var started = _timeProvider.GetTimestamp();
        var status = 0;
        HttpResponseMessage? response = null;
        try
        {
            using var message = await MessageAsync(request, credential.Authorization);
            response = await _connections.For(credential.ClientCertificate).SendAsync(message, cancellationToken);
            status = (int)response.StatusCode;
            if (read is not null && response.IsSuccessStatusCode)
            {
                await read(response, cancellationToken);
            }

            return response;
        }
        catch (Exception exception)
        {
            status = exception is JsonException ? status : 0; // half an answer is none
            response?.Dispose();
            throw;
        }
        finally
        {
            _metrics?.RequestCompleted(request.Verb, request.Resource, status, _timeProvider.GetElapsedTime(started));
        }
    }

    private async Task<HttpRequestMessage> MessageAsync(ApiRequest request, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(_configuration.Host, request.PathAndQuery))
        {
            Version = HttpVersion.Version20, // one connection for all watches, with pings; older servers and plain HTTP get 1.1
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.Authorization = authorization;
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (_configuration.TlsServerName is { } serverName && !NamedTlsDialer.Serves(_configuration))
        {
            message.Headers.Host = serverName; // the only way to tell SocketsHttpHandler which name the certificate behind a proxy must carry
        }

        if (request.Body is not null)
        {
            var body = new MemoryStream();
            await using (var writer = new Utf8JsonWriter(body, s_bodies))
            {
                request.Body.WriteTo(writer);
            }

            body.Position = 0;
            message.Content = new StreamContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.MediaType);
        }

        return message;
    }

    private bool MayRepeat(ApiException refusal, int attempt) =>
        attempt < _options.MaxRetries
        && refusal.RetryAfter <= _options.MaxRetryAfter
        && (refusal.StatusCode == HttpStatusCode.TooManyRequests || (int)refusal.StatusCode >= 500);
}
