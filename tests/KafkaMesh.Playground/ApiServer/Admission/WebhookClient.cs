using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>Posts AdmissionReviews to webhooks as kube-apiserver does: over TLS, trusting the caBundle alone, within timeoutSeconds.</summary>
internal sealed class WebhookClient(IServiceDialer services, Func<IPEndPoint, CancellationToken, ValueTask<Stream>> dial, TimeProvider clock)
{
    /// <summary>Largest answer that is read, in bytes.</summary>
    public const int MaxAnswerBytes = 16 * 1024 * 1024;

    private const string Failed = "failed to call webhook: ";

    /// <summary>Posts the review and returns the answer's body.</summary>
    /// <exception cref="WebhookCallException">Transport, TLS, timeout or HTTP error.</exception>
    public async Task<JsonObject> PostAsync(JsonObject webhook, JsonObject review, CancellationToken cancel)
    {
        var config = webhook.Map("clientConfig");
        var seconds = webhook.Integer("timeoutSeconds") is { } t and >= 1 and <= 30 ? t : 10;
        var url = new UriBuilder(Address(config)) { Query = $"timeout={seconds}s" }.Uri;
        var shown = $"Post \"{Shown(config, url)}\": ";
        var check = new WebhookCertificateCheck(url.Host.Trim('[', ']'), WebhookCertificateCheck.ReadBundle(config.Text("caBundle")), clock.GetUtcNow());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        using var handler = Handler(config.Map("service"), check, url);
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
        using var request = Request(url, review);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, both.Token);
            var body = await response.Content.ReadAsByteArrayAsync(both.Token);
            return Decode(response, body);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new WebhookCallException($"{Failed}{shown}context deadline exceeded");
        }
        catch (HttpRequestException e)
        {
            throw new WebhookCallException($"{Failed}{shown}{Describe(e, check)}", e);
        }
    }

    private SocketsHttpHandler Handler(JsonObject? service, WebhookCertificateCheck check, Uri url) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        ConnectCallback = async (_, cancel) => service is null
            ? await EndpointDialer.DialAsync(dial, await EndpointDialer.ResolveAsync(url.Host, url.Port, cancel), cancel)
            : await services.ConnectAsync(service.Text("namespace"), service.Text("name"), url.Port, cancel),
        SslOptions = new SslClientAuthenticationOptions { TargetHost = url.Host.Trim('[', ']'), RemoteCertificateValidationCallback = check.Verify },
    };

    private static HttpRequestMessage Request(Uri url, JsonObject review)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(GoText.Json(review))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, */*");
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-apiserver-admission");
        return request;
    }

    private static string Address(JsonObject? config)
    {
        if (config.Map("service") is not { } service)
        {
            return config.Text("url");
        }

        var path = service.Text("path");
        return $"https://{service.Text("name")}.{service.Text("namespace")}.svc:{service.Integer("port") ?? 443}{(path.StartsWith('/') ? path : "/" + path)}";
    }

    // .NET leaves out the default port, Go prints what the configuration says.
    private static string Shown(JsonObject? config, Uri url) => Address(config) + url.Query;

    private static JsonObject Decode(HttpResponseMessage response, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        if (!response.IsSuccessStatusCode)
        {
            throw new WebhookCallException(Failed + HttpProblem(response.StatusCode, text));
        }

        if (body.Length == 0)
        {
            throw new WebhookCallException($"{Failed}0-length response with status code: {(int)response.StatusCode} and content type: {response.Content.Headers.ContentType}");
        }

        if (GoJsonSyntax.Describe(body) is { } error)
        {
            throw new WebhookCallException($"{Failed}couldn't get version/kind; json parse error: {error}");
        }

        try
        {
            return JsonNode.Parse(body) as JsonObject
                ?? throw new WebhookCallException($"{Failed}couldn't get version/kind; json parse error: json: cannot unmarshal {GoText.JsonKind(JsonNode.Parse(body))} into Go value of type "
                    + "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new WebhookCallException($"{Failed}couldn't get version/kind; json parse error: {e.Message}", e);
        }
    }

    private static string HttpProblem(HttpStatusCode code, string body)
    {
        if (StatusMessage(body) is { } message)
        {
            return message;
        }

        return code switch
        {
            HttpStatusCode.NotFound => "the server could not find the requested resource",
            HttpStatusCode.Unauthorized => "the server has asked for the client to provide credentials",
            HttpStatusCode.Forbidden => "unknown",
            HttpStatusCode.TooManyRequests => "the server has received too many requests and has asked us to try again later",
            HttpStatusCode.BadRequest => "the server rejected our request for an unknown reason",
            _ => "an error on the server (\"unknown\") has prevented the request from succeeding",
        };
    }

    private static string? StatusMessage(string body)
    {
        try
        {
            var status = JsonNode.Parse(body) as JsonObject;
            return status.Text("kind") == "Status" && status.Text("message").Length > 0 ? status.Text("message") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Describe(HttpRequestException error, WebhookCertificateCheck check)
    {
        if (check.Problem is { } problem)
        {
            return $"tls: failed to verify certificate: {problem}";
        }

        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case WebhookCallException known:
                    return known.Message;
                case AuthenticationException:
                    return "tls: first record does not look like a TLS handshake";
                case IOException:
                    return "EOF";
            }
        }

        return error.Message;
    }
}
