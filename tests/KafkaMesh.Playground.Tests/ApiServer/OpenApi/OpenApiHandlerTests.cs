using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.OpenApi;

/// <summary>Which clients get which OpenAPI document; what the documents say is shown by kubectl.</summary>
public sealed class OpenApiHandlerTests
{
    private const string Protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task V2_AskedAsProtobuf_IsADocumentOfVersion2()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        using var answer = await AskAsync(cluster, "openapi/v2", Protobuf);
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", answer.Content.Headers.ContentType?.MediaType);

        // Field 1 of the document: swagger = "2.0".
        Assert.Equal([0x0a, 3, (byte)'2', (byte)'.', (byte)'0'], (await answer.Content.ReadAsByteArrayAsync(Cancel))[..5]);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("*/*")]
    public async Task V2_AskedAsAnythingElse_IsRefusedByName(string accept)
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        using var answer = await AskAsync(cluster, "openapi/v2", accept);
        Assert.Equal(HttpStatusCode.NotAcceptable, answer.StatusCode);
        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.StartsWith("/openapi/v2 is served as application/com.github.proto-openapi.spec.v2.v1.0+protobuf only", status["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("openapi/v2")]
    [InlineData("openapi/v3/api/v1")]
    public async Task Document_WithTheClientsTag_IsNotSentAgain(string path)
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        using var first = await AskAsync(cluster, path, $"{Protobuf},application/json");
        using var second = await AskAsync(cluster, path, $"{Protobuf},application/json", first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Cancel));
    }

    private static async Task<HttpResponseMessage> AskAsync(PlaygroundCluster cluster, string path, string accept, EntityTagHeaderValue? tag = null)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 server && cluster.Server.Authority.HasIssued(server);
        using var http = new HttpClient(handler) { BaseAddress = cluster.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Server.AdminToken);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (tag is not null)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        return await http.SendAsync(request, Cancel);
    }
}
