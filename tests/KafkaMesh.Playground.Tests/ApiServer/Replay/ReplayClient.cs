using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>Sends recorded requests to a cluster, with the cluster's values in place of the recorder's placeholders.</summary>
internal sealed class ReplayClient : IDisposable
{
    private readonly PlaygroundCluster _cluster;
    private readonly Placeholders _placeholders;
    private readonly HttpClient _admin;
    private readonly HttpClient _anonymous;

    /// <summary>A client for a cluster.</summary>
    public ReplayClient(PlaygroundCluster cluster, Placeholders placeholders)
    {
        _cluster = cluster;
        _placeholders = placeholders;
        _admin = NewClient(withCertificate: true);
        _anonymous = NewClient(withCertificate: false);
        CacheKeys = new CacheKeys(_admin, cluster.Address);
    }

    /// <summary>Entity tags and hashes.</summary>
    public CacheKeys CacheKeys { get; }

    /// <summary>Sends the request of a step; the answer's body is not read yet.</summary>
    public async Task<HttpResponseMessage> SendAsync(TranscriptStep step, CancellationToken cancel)
    {
        using var request = await RequestOfAsync(step, cancel);
        var isAnonymous = step.Label.Contains("anonymous", StringComparison.Ordinal) || request.Headers.Authorization is not null;
        return await (isAnonymous ? _anonymous : _admin).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    /// <summary>Does something that is not recorded.</summary>
    public async Task DoAsync(string method, string url, JsonObject? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_cluster.Address, url));
        if (body is not null)
        {
            request.Content = new StringContent(_placeholders.Fill(body), Encoding.UTF8, method == "PATCH" ? "application/merge-patch+json" : "application/json");
        }

        using var response = await _admin.SendAsync(request, cancel);
        Assert.True(response.IsSuccessStatusCode, $"{method} {url}: {await response.Content.ReadAsStringAsync(cancel)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _admin.Dispose();
        _anonymous.Dispose();
    }

    private async Task<HttpRequestMessage> RequestOfAsync(TranscriptStep step, CancellationToken cancel)
    {
        var url = await CacheKeys.UrlAsync(_placeholders.Fill(step.Url), cancel);
        var request = new HttpRequestMessage(new HttpMethod(step.Method), new Uri(_cluster.Address, url.Replace(" ", "%20", StringComparison.Ordinal)));
        foreach (var (name, value) in step.Request["headers"] as JsonObject ?? [])
        {
            if (name is "If-None-Match")
            {
                request.Headers.TryAddWithoutValidation(name, await CacheKeys.TagAsync(step, value!.GetValue<string>(), cancel));
            }
            else if (name is not "Content-Type")
            {
                var wantsBadToken = step.Label.StartsWith("401", StringComparison.Ordinal);
                request.Headers.TryAddWithoutValidation(name, wantsBadToken ? value!.GetValue<string>() : _placeholders.Fill(value!.GetValue<string>()));
            }
        }

        AddBody(request, step);
        return request;
    }

    private void AddBody(HttpRequestMessage request, TranscriptStep step)
    {
        var type = step.Request["headers"]?["Content-Type"]?.GetValue<string>();
        if (step.Request["body"] is null && type is null)
        {
            return;
        }

        var text = step.Request["body"] switch
        {
            JsonValue raw when raw.GetValueKind() == JsonValueKind.String => _placeholders.Fill(raw.GetValue<string>()),
            null => "",
            var node => _placeholders.Fill(node),
        };
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
    }

    private HttpClient NewClient(bool withCertificate)
    {
        var authority = _cluster.Server.Authority;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 server && authority.HasIssued(server);
        if (withCertificate)
        {
            handler.SslOptions.ClientCertificates = [authority.IssueClient("admin", ["system:masters"])];
        }

        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(100) };
    }
}
