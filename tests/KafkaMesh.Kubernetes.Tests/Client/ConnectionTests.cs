using System.IO.Compression;
using System.Text;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Client;

/// <summary>The way to the server: proxies, dead paths, compression, and what is counted.</summary>
public sealed class ConnectionTests
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "")]
    [InlineData("us:er", "us:er@")]
    public async Task GetAsync_ProxyUrl_GoesThroughTheProxy(string? password, string userInfo)
    {
        await using var proxy = new ConnectProxy(password);
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.JsonAsync(context, 200, ConfigMaps.Named("x")));
        using var client = new KubernetesClient(Through(proxy, server, userInfo));

        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.Equal([$"127.0.0.1:{server.Port}"], proxy.Targets);
    }

    [Fact]
    public async Task WatchAsync_PathThatWasCutSilently_FailsByMissingPings()
    {
        await using var proxy = new ConnectProxy();
        await using var server = await FaultyApiServer.StartAsync(async (_, context) =>
        {
            await Answers.PieceAsync(context, "");
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        var options = new KubernetesClientOptions { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) };
        using var client = new KubernetesClient(Through(proxy, server), options);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(s_token);
        giveUp.CancelAfter(Eventually.Deadline);

        var exception = await Assert.ThrowsAsync<ApiException>(async () =>
        {
            var watch = new WatchOptions { StallTimeout = Timeout.InfiniteTimeSpan, Opened = proxy.Swallow };
            await foreach (var unexpected in client.WatchAsync(ConfigMaps.Type, "demo", watch, giveUp.Token))
            {
                Assert.Fail($"got {unexpected}");
            }
        });

        Assert.True(exception.IsUnreachable, exception.Message);
    }

    [Fact]
    public async Task GetAsync_CompressedAnswer_IsReadAndItsRealSizeBounded()
    {
        await using var server = await FaultyApiServer.StartAsync(async (request, context) =>
        {
            Assert.Contains("gzip", request.Headers["Accept-Encoding"], StringComparison.Ordinal);
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            var size = request.Path.EndsWith("/bomb", StringComparison.Ordinal) ? 5_000_000 : 10;
            await zip.WriteAsync(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"x"},"data":{"a":"{{{new string('x', size)}}}"}}"""), context.RequestAborted);
        });
        using var client = new KubernetesClient(server.Configuration(), new KubernetesClientOptions { MaxResponseBytes = 1_000_000 });

        Assert.Equal(new string('x', 10), (string?)(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token))!["data"]!["a"]);
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "bomb", "demo", s_token))).IsAnswerTooLarge);
    }

    [Fact]
    public async Task Requests_OfEveryKind_AreCountedByVerbAndNameTheProgram()
    {
        var counted = new RecordingMetrics();
        var busy = true;
        await using var server = await FaultyApiServer.StartAsync((request, context) =>
        {
            if (request.Method == "DELETE" && busy)
            {
                busy = false;
                context.Response.Headers.RetryAfter = "0";
                return Answers.StatusAsync(context, 429, "TooManyRequests", "slow down");
            }

            return request.IsWatch ? Answers.PieceAsync(context, "") : Answers.PieceAsync(context, """{"metadata":{"name":"x","namespace":"demo"},"items":[]}""");
        });
        var configuration = server.Configuration();
        using var client = new KubernetesClient(configuration, new KubernetesClientOptions { UserAgent = "kafkamesh/1.2.3" }, counted);

        await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token);
        await client.ListAsync(ConfigMaps.Type, "demo", cancellationToken: s_token);
        await foreach (var unexpected in client.WatchAsync(ConfigMaps.Type, "demo", new WatchOptions(), s_token))
        {
            Assert.Fail($"got {unexpected}");
        }

        await client.CreateAsync(ConfigMaps.Type, ConfigMaps.Named("x"), cancellationToken: s_token);
        await client.UpdateAsync(ConfigMaps.Type, ConfigMaps.Named("x"), cancellationToken: s_token);
        await client.PatchAsync(ConfigMaps.Type, V1Patch.Merge([]), "x", "demo", cancellationToken: s_token);
        await client.DeleteAsync(ConfigMaps.Type, "x", "demo", cancellationToken: s_token);
        await server.DisposeAsync();
        await Assert.ThrowsAsync<ApiException>(() => client.SendAsync(HttpMethod.Get, "healthz", cancellationToken: s_token));

        Assert.Equal(
            [
                "get configmaps 200", "list configmaps 200", "watch configmaps 200", "create configmaps 200", "update configmaps 200", "patch configmaps 200",
                "delete configmaps 429", "delete configmaps 200", "get healthz 0",
            ],
            counted.Requests);
        Assert.All(server.Requests, request => Assert.Equal("kafkamesh/1.2.3", request.Headers["User-Agent"]));
    }

    private static KubernetesClientConfiguration Through(ConnectProxy proxy, FaultyApiServer server, string userInfo = "")
    {
        var direct = server.Configuration();
        return new() { Host = direct.Host, Trust = direct.Trust, Proxy = new Uri($"http://{userInfo}{proxy.Address.Authority}") };
    }

    private sealed class RecordingMetrics : IClientMetrics
    {
        public List<string> Requests { get; } = [];

        public void RequestCompleted(string verb, string resource, int statusCode, TimeSpan duration) => Requests.Add($"{verb} {resource} {statusCode}");

        public void Relisted(string resource, string reason) => Assert.Fail("no informer here");

        public void WatchEnded(string resource, string reason) => Assert.Fail("no informer here");
    }
}
