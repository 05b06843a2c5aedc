using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using KafkaMesh.Kubernetes.Configuration;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Sends requests with credentials and deadlines, repeats those that the server asks to repeat, and turns refusals into <see cref="ApiException"/>.</summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly HttpClient _http;
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
        _http = new HttpClient(ApiHandler.Create(configuration))
        {
            BaseAddress = configuration.Host,
            Timeout = Timeout.InfiniteTimeSpan, // every request has a deadline of its own
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", options.UserAgent);
    }

    /// <summary>Sends and hands the whole body of a success to <paramref name="read"/>.</summary>
    public async Task<T> SendAsync<T>(ApiRequest request, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var deadline = CreateDeadline(request.Timeout, cancellationToken);
            try
            {
                using var response = await SendOnceAsync(request, deadline.Token);
                await response.Content.LoadIntoBufferAsync(_options.MaxResponseBytes, deadline.Token);
                if (response.IsSuccessStatusCode)
                {
                    await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
                    return await read(body, deadline.Token);
                }

                var refusal = await ApiErrors.FromResponseAsync(request, response, deadline.Token);
                if (!MayRepeat(refusal, attempt))
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
        using var deadline = CreateDeadline(request.Timeout, cancellationToken);
        try
        {
            var response = await SendOnceAsync(request, deadline.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                await response.Content.LoadIntoBufferAsync(_options.MaxResponseBytes, deadline.Token);
                throw await ApiErrors.FromResponseAsync(request, response, deadline.Token);
            }
        }
        catch (Exception exception) when (ApiErrors.IsTransportFailure(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw ApiErrors.FromFailure(request, exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var started = _timeProvider.GetTimestamp();
        var status = 0;
        try
        {
            var response = await SendAuthorizedAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized && _configuration.Credentials.Invalidate())
            {
                response.Dispose();
                response = await SendAuthorizedAsync(request, cancellationToken);
            }

            status = (int)response.StatusCode;
            return response;
        }
        finally
        {
            _metrics?.RequestCompleted(request.Method.Method, request.Resource, status, _timeProvider.GetElapsedTime(started));
        }
    }

    private async Task<HttpResponseMessage> SendAuthorizedAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.PathAndQuery);
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.Authorization = await _configuration.Credentials.GetAuthorizationAsync(cancellationToken);
        if (_configuration.TlsServerName is { } name)
        {
            message.Headers.Host = name; // the only way to tell SocketsHttpHandler which name the certificate must carry
        }

        if (request.Body is not null)
        {
            var body = new MemoryStream();
            await using (var writer = new Utf8JsonWriter(body))
            {
                request.Body.WriteTo(writer);
            }

            body.Position = 0;
            message.Content = new StreamContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.MediaType);
        }

        return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private bool MayRepeat(ApiException refusal, int attempt) =>
        attempt < _options.MaxRetries
        && refusal.RetryAfter <= _options.MaxRetryAfter
        && (refusal.StatusCode == HttpStatusCode.TooManyRequests || (int)refusal.StatusCode >= 500);

    private static CancellationTokenSource CreateDeadline(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        return deadline;
    }
}
