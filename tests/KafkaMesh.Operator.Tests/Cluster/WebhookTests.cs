using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>The webhook over TLS, as an API server calls it.</summary>
public sealed class WebhookTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    [Fact]
    public async Task Webhook_RecordedReviews_AreAnsweredOverTls()
    {
        await fixture.ApplyMonitorAsync("demo");
        await fixture.EntryAsync("orders.demo.inject.kafkamesh.io");
        using var client = await fixture.TrustingClientAsync();
        var patched = 0;
        var answered = 0;
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "testdata", "kube-transcripts"), "admission-*.jsonl"))
        {
            foreach (var line in await File.ReadAllLinesAsync(file))
            {
                if (JsonNode.Parse(line)?["webhook"]?["body"] is not JsonObject review)
                    continue;
                var response = await PostAsync(client, review.ToJsonString());
                Assert.True(response["allowed"]!.GetValue<bool>());
                Assert.Equal(review["request"]!["uid"]!.ToString(), response["uid"]!.ToString());
                answered++;
                patched += response["patch"] is null ? 0 : 1;
                var isWanted = review["request"]!["operation"]!.ToString() == "CREATE"
                    && review["request"]!["object"]?["metadata"]?["annotations"]?[WellKnownNames.InjectAnnotation]?.ToString() == "enabled"
                    && review["request"]!["object"]?["metadata"]?["labels"]?["app"]?.ToString() == "orders";
                Assert.Equal(isWanted, response["patch"] is not null);
            }
        }
        Assert.True(answered > 100 && patched > 0, $"{answered} answered, {patched} patched");
    }

    [Theory]
    [InlineData("application/json", "not json", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"u"}}""", HttpStatusCode.BadRequest)]
    [InlineData("text/plain", "{}", HttpStatusCode.UnsupportedMediaType)]
    public async Task Webhook_WhatIsNoReview_IsRefusedByName(string contentType, string body, HttpStatusCode expected)
    {
        using var client = await fixture.TrustingClientAsync();
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        using var response = await client.PostAsync(WellKnownNames.MutatePodsPath, content);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Webhook_BodyBeyondTheLimit_IsRefused()
    {
        using var client = await fixture.TrustingClientAsync();
        client.DefaultRequestHeaders.ExpectContinue = true;
        using var content = new StringContent("{\"x\":\"" + new string('a', 4 * 1024 * 1024) + "\"}", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(WellKnownNames.MutatePodsPath, content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    // Kubernetes takes no answer without the request's uid: whether the pod starts is for the entry's failurePolicy to say, and why for the text.
    [Fact]
    public async Task Webhook_BodyThatStops_IsAnsweredBeforeTheApiServerGivesUp()
    {
        using var client = await fixture.TrustingClientAsync(); // once it is ready
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, fixture.Process.WebhookPort);
        await using var stream = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync("kafkamesh-operator.kafkamesh-system.svc");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"POST {WellKnownNames.MutatePodsPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"apiVersion\":"));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        using var reader = new StreamReader(stream);

        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync(deadline.Token));
    }

    [Fact]
    public async Task Webhook_WithoutTheAuthority_IsNotTrusted()
    {
        await fixture.UntilAsync("ready", async () => (await fixture.GetAsync("/readyz")).Status == HttpStatusCode.OK);
        using var client = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://localhost:{fixture.Process.WebhookPort}/"));
    }

    private static async Task<JsonNode> PostAsync(HttpClient client, string review)
    {
        using var content = new StringContent(review, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(WellKnownNames.MutatePodsPath + "?timeout=5s", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["response"]!;
    }
}
