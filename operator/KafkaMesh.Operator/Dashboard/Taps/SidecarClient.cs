using System.Net;
using System.Text;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>Asks sidecars what only a holder of the operator's key may ask, with a fresh token each time; bounded in time and size.</summary>
/// <param name="signer">The key; null while it is not known.</param>
/// <param name="time">The clock.</param>
internal sealed class SidecarClient(Func<AccessTokenSigner?> signer, TimeProvider time) : IDisposable
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;
    private const int MaxSentence = 300;
    private const int MaxRetrySeconds = 60;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 16,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Opens a tap.</summary>
    /// <param name="pod">An injected pod.</param>
    /// <param name="query">Query of <c>/tap</c>, with question mark or empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, whose body goes on; to be disposed of.</returns>
    /// <exception cref="ProblemException">The sidecar does not answer, or not with events.</exception>
    public Task<HttpResponseMessage> OpenTapAsync(MonitoredPod pod, string query, CancellationToken cancellationToken) =>
        SendAsync(pod, "/tap" + query, AccessToken.TapScope, cancellationToken);

    /// <summary>Reads the table of connections.</summary>
    /// <exception cref="ProblemException">The sidecar does not answer, or not with JSON.</exception>
    public async Task<byte[]> ReadConnectionsAsync(MonitoredPod pod, string query, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(pod, "/connections" + query, AccessToken.ConnectionsScope, cancellationToken);
        var body = await ReadAsync(response, MaxAnswerBytes, pod, cancellationToken);
        return TapJson.WithPod(body, pod: null) ?? throw Bad(pod, "answered with what is no JSON object");
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static ProblemException Bad(MonitoredPod pod, string what, int status = 502, Exception? inner = null) => new(status, $"the sidecar of pod {pod.Name} {what}", inner);

    private async Task<HttpResponseMessage> SendAsync(MonitoredPod pod, string target, string scope, CancellationToken cancellationToken)
    {
        if (!IPAddress.TryParse(pod.Status?.PodIP, out var address) || pod.Injection is null)
            throw Bad(pod, "has no address yet; try again when the pod runs");
        var key = signer() ?? throw new ProblemException(503, "the operator does not have its key for access tokens yet; try again in a moment");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{new IPEndPoint(address, pod.Injection.Ports.Admin)}{target}"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key.Sign(pod.Uid, time.GetUtcNow(), scope)}");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (response.StatusCode == HttpStatusCode.OK)
                return response;
            using (response)
                throw await RefusalAsync(response, pod, deadline.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Bad(pod, $"does not answer within {Deadline.TotalSeconds} s", inner: error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Bad(pod, $"cannot be reached: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}", inner: error);
        }
    }

    private static async Task<ProblemException> RefusalAsync(HttpResponseMessage response, MonitoredPod pod, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return new SidecarRefusalException(
                    $"the sidecar of pod {pod.Name} does not accept the operator's token: it was injected with another key, or clocks differ; restart the pod");
            case HttpStatusCode.TooManyRequests:
                var seconds = (int)Math.Clamp(response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 1, 1, MaxRetrySeconds);
                return new ProblemException(429, $"the sidecar of pod {pod.Name} is asked too often; try again in {seconds} s") { RetrySeconds = seconds };
            case HttpStatusCode.BadRequest or HttpStatusCode.ServiceUnavailable:
                var sentence = Encoding.UTF8.GetString(await ReadAsync(response, 4096, pod, cancellationToken)).Trim();
                var text = string.Concat(sentence.Take(MaxSentence).Select(c => char.IsControl(c) ? ' ' : c));
                return Bad(pod, $"says: {text}", response.StatusCode == HttpStatusCode.BadRequest ? 400 : 429);
            default:
                return Bad(pod, $"answered {(int)response.StatusCode}");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, MonitoredPod pod, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, deadline.Token)) > 0)
            {
                if (body.Length + read > most)
                    throw Bad(pod, $"answered with more than {most} bytes");
                body.Write(buffer, 0, read);
            }
            return body.ToArray();
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Bad(pod, $"does not finish its answer within {Deadline.TotalSeconds} s", inner: error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Bad(pod, "broke its answer off", inner: error);
        }
    }
}
