using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Operator.Commands.Injection;

namespace KafkaMesh.Operator.Commands.OperatorApi;

/// <summary>
/// The operator's dashboard API, reached through the API server's service proxy, so that Kubernetes decides: whoever may <c>get</c> that
/// <c>services/proxy</c> may look, whoever may <c>create</c> tokens of the ServiceAccount <see cref="WellKnownNames.TapAccount"/> may tap.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="operatorNamespace">Namespace of the operator.</param>
internal sealed class OperatorClient(KubernetesClient client, string operatorNamespace)
{
    private const int MaxBodyBytes = 64 * 1024 * 1024;
    private const int MaxRefusalBytes = 64 * 1024;
    private const int TokenSeconds = 3600; // longer than the longest tap
    private const string Json = "application/json";
    private static readonly TimeSpan BodyDeadline = TimeSpan.FromSeconds(20);

    private readonly Refusal _refusal = new(operatorNamespace);
    private readonly Dictionary<string, (string Tag, byte[] Body)> _known = new(StringComparer.Ordinal);
    private string? _token;

    /// <summary>Asks for JSON. What is unchanged since the last time is not sent again.</summary>
    /// <param name="path">Such as <c>api/v1/monitors</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperatorApiException">There is no such answer.</exception>
    /// <exception cref="ApiException">The API server does not answer.</exception>
    public async Task<byte[]> GetAsync(string path, CancellationToken cancellationToken)
    {
        var known = _known.TryGetValue(path, out var found) ? found : default;
        using var response = await SendAsync(path, Json, known.Tag, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && known.Body is not null)
            return known.Body;
        var body = await ReadAsync(response, MaxBodyBytes, cancellationToken);
        if (response.Headers.ETag is { } tag)
            _known[path] = (tag.ToString(), body);
        return body;
    }

    /// <summary>Asks for a view.</summary>
    /// <inheritdoc cref="GetAsync(string, CancellationToken)"/>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => Parse(await GetAsync(path, cancellationToken), type);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="OperatorApiException">It is none of ours.</exception>
    public static T Parse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new OperatorApiException(
                CommandOutput.ExitUnavailable, $"the operator's answer cannot be read ({error.Message.TrimEnd('.')}); use the kafkamesh of the operator's version", error);
        }
    }

    /// <summary>Opens a tap, with a fresh token.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Server-sent events; to be disposed of.</returns>
    /// <exception cref="OperatorApiException">Nobody lets us, or there is nothing to tap.</exception>
    /// <exception cref="ApiException">The API server does not answer.</exception>
    public async Task<HttpResponseMessage> OpenTapAsync(string path, CancellationToken cancellationToken)
    {
        _token = await MakeTokenAsync(cancellationToken);
        return await SendAsync(path, "text/event-stream", tag: null, cancellationToken);
    }

    // A token only when it is asked for: looking needs none where the operator was not told so.
    private async Task<HttpResponseMessage> SendAsync(string path, string accept, string? tag, CancellationToken cancellationToken)
    {
        var hadToken = _token is not null;
        try
        {
            return await SendOnceAsync(path, accept, tag, cancellationToken);
        }
        catch (OperatorApiException error) when (error.WantsToken && (!hadToken || accept == Json))
        {
            _token = await MakeTokenAsync(cancellationToken);
            return await SendOnceAsync(path, accept, tag, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(string path, string accept, string? tag, CancellationToken cancellationToken)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (_token is not null)
            headers.Add(new(WellKnownNames.TokenHeader, _token));
        if (tag is not null)
            headers.Add(new("If-None-Match", tag));
        var url = $"api/v1/namespaces/{operatorNamespace}/services/{WellKnownNames.OperatorName}:dashboard/proxy/{path}";
        var response = await client.OpenAsync(url, accept, headers, cancellationToken);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotModified)
            return response;
        using (response)
            throw _refusal.Read(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await ReadAsync(response, MaxRefusalBytes, cancellationToken));
    }

    private async Task<string> MakeTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.SendAsync(
                HttpMethod.Post,
                $"api/v1/namespaces/{operatorNamespace}/serviceaccounts/{WellKnownNames.TapAccount}/token",
                new JsonObject
                {
                    ["apiVersion"] = "authentication.k8s.io/v1",
                    ["kind"] = "TokenRequest",
                    ["spec"] = new JsonObject { ["audiences"] = new JsonArray(WellKnownNames.DashboardAudience), ["expirationSeconds"] = TokenSeconds },
                },
                cancellationToken);
            return JsonNode.Parse(answer)?["status"]?["token"]?.GetValue<string>() ?? throw new JsonException("there is no token in it");
        }
        catch (ApiException error) when (!error.IsUnreachable)
        {
            throw _refusal.OfTokenRequest(error.StatusCode, error.Status?.Message ?? error.Message);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new OperatorApiException(CommandOutput.ExitUnavailable, $"the API server answered the request for a token with something else ({error.Message.TrimEnd('.')})", error);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(BodyDeadline);
        try
        {
            await response.Content.LoadIntoBufferAsync(most, deadline.Token);
            return await response.Content.ReadAsByteArrayAsync(deadline.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperatorApiException(CommandOutput.ExitUnavailable, $"the operator did not finish its answer within {BodyDeadline.TotalSeconds} s", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new OperatorApiException(CommandOutput.ExitUnavailable, $"the operator's answer was broken off: {error.Message.TrimEnd('.')}", error);
        }
    }
}
