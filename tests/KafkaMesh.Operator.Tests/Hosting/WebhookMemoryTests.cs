using System.Globalization;
using System.Net.Security;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Playground;
using Microsoft.AspNetCore.Builder;
using Serilog;

namespace KafkaMesh.Operator.Tests.Hosting;

/// <summary>The webhook's server when anybody sends it reviews that are large, or do not end.</summary>
public sealed class WebhookMemoryTests : IAsyncLifetime
{
    private const int RoomBytes = 32 * BodyRoom.ChunkBytes;
    private static readonly ILogger Quiet = new LoggerConfiguration().CreateLogger();

    private readonly BodyRoom _room = new(RoomBytes);
    private readonly OperatorMetrics _metrics = new("test");
    private readonly List<ReviewConnection> _clients = [];
    private PlaygroundCluster _cluster = null!;
    private KubernetesClient _client = null!;
    private WebApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await PlaygroundCluster.StartAsync();
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        await _client.CreateAsync(BuiltInEntities.Namespaces, new PartialObjectMetadata { Metadata = new V1ObjectMeta { Name = WellKnownNames.SystemNamespace } });
        var certificates = new WebhookCertificates(_client, WellKnownNames.SystemNamespace, WellKnownNames.OperatorName, directory: null, _metrics, TimeProvider.System, Quiet);
        await certificates.RefreshAsync(CancellationToken.None);
        var handler = new AdmissionHandler(null!, () => new SidecarDefaults("proxy:1", "IfNotPresent", "1"), new ProtectedNamespaces(WellKnownNames.SystemNamespace, []), _metrics, new RecordedEvents(), Quiet);
        _server = HttpServers.Webhook(0, certificates, new AdmissionEndpoint(handler, _room, _metrics, TimeProvider.System, () => false), Quiet);
        await HttpServers.StartAsync(_server, "--webhook-port", 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _room.Dispose();
        _client?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_ThatHoldAllTheRoom_LeaveOrdinaryReviewsTheirs(bool chunked)
    {
        // Eight of them would fill it.
        var senders = new List<Task<string?>>();
        for (var i = 0; i < 40; i++)
            senders.Add(HoldAsync(await OpenAsync(), BodyRoom.ChunkBytes * 5, chunked));
        await UntilAsync(() => _room.FreeBytes == 0);

        Assert.Equal("HTTP/1.1 200 OK", await (await OpenAsync()).AskAsync(Review(1000)));
        Assert.Equal("HTTP/1.1 200 OK", await (await OpenAsync()).AskAsync(Review(BodyRoom.ChunkBytes - 1)));
        Assert.Equal(0, _room.FreeBytes);

        var answers = await Task.WhenAll(senders);
        Assert.Subset(new HashSet<string?> { "HTTP/1.1 503 Service Unavailable", "HTTP/1.1 408 Request Timeout" }, answers.ToHashSet());
        await UntilAsync(() => _room.FreeBytes == RoomBytes);
        var refused = answers.Count(a => a!.Contains("503", StringComparison.Ordinal));
        Assert.NotEqual(0, refused);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"kafkamesh_operator_admissions_total{{decision=\"refused\",reason=\"memory\"}} {refused}\n"), _metrics.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ThatFindsNoRoom_IsToldWhenToComeAgain()
    {
        for (var i = 0; i < RoomBytes / BodyRoom.ChunkBytes; i++)
            await _room.TakeAsync(CancellationToken.None);
        var connection = await OpenAsync();

        Assert.Equal("HTTP/1.1 503 Service Unavailable", await connection.AskAsync(Review(BodyRoom.ChunkBytes * 3)));
        Assert.Contains("Retry-After: 1", await connection.HeadersAsync());
    }

    [Fact]
    public async Task Body_ThatWaitsForRoom_GoesOnWhenOthersGiveItBack()
    {
        for (var i = 0; i < RoomBytes / BodyRoom.ChunkBytes; i++)
            await _room.TakeAsync(CancellationToken.None);
        var connection = await OpenAsync();
        var answer = connection.AskAsync(Review(BodyRoom.ChunkBytes * 3));
        Assert.Equal("HTTP/1.1 200 OK", await (await OpenAsync()).AskAsync(Review(1000)));

        _room.GiveBack(RoomBytes / BodyRoom.ChunkBytes);

        Assert.Equal("HTTP/1.1 200 OK", await answer);
        await UntilAsync(() => _room.FreeBytes == RoomBytes);
    }

    [Fact]
    public async Task Bodies_WhoseSendersGo_GiveTheirRoomBack()
    {
        var going = new List<ReviewConnection>();
        for (var i = 0; i < 20; i++)
        {
            going.Add(await OpenAsync());
            _ = HoldAsync(going[i], BodyRoom.ChunkBytes * 5, chunked: true);
        }
        await UntilAsync(() => _room.FreeBytes == 0);

        foreach (var client in going)
            await client.DisposeAsync();

        await UntilAsync(() => _room.FreeBytes == RoomBytes);
    }

    [Theory]
    [InlineData(BodyRoom.ChunkBytes)]
    [InlineData(BodyRoom.ChunkBytes + 1)]
    [InlineData(BodyRoom.ChunkBytes * 7)]
    public async Task Body_OfSeveralChunks_IsReadWhole(int bytes)
    {
        Assert.Equal("HTTP/1.1 200 OK", await (await OpenAsync()).AskAsync(Review(bytes)));
        Assert.Equal("HTTP/1.1 400 Bad Request", await (await OpenAsync()).AskAsync(Review(bytes) + "}"));
        Assert.Equal("HTTP/1.1 400 Bad Request", await (await OpenAsync()).AskAsync(Review(bytes)[..^1]));
        await UntilAsync(() => _room.FreeBytes == RoomBytes);
    }

    /// <summary>Each stream of a connection would have a body of its own: connections would not bound them.</summary>
    [Fact]
    public async Task Connection_ThatOffersHttp2_IsTakenAsHttp11()
    {
        await using var connection = await ReviewConnection.OpenAsync(HttpServers.PortOf(_server), SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        Assert.Equal(SslApplicationProtocol.Http11, connection.Protocol);
    }

    /// <summary>A review of so many bytes.</summary>
    private static string Review(int bytes)
    {
        const string Start = """{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "operation": "DELETE", "object": {"text": """;
        return $"{Start}\"{new string('x', bytes - Start.Length - 5)}\"}}}}}}";
    }

    private async Task<ReviewConnection> OpenAsync()
    {
        var connection = await ReviewConnection.OpenAsync(HttpServers.PortOf(_server));
        _clients.Add(connection);
        return connection;
    }

    // Sends the beginning of a large body, waits, and gives the status line of the answer; null when the connection ended.
    private static async Task<string?> HoldAsync(ReviewConnection connection, int bytes, bool chunked)
    {
        try
        {
            await connection.SendAsync(ReviewConnection.Request(
                (chunked ? $"{bytes:x}\r\n" : "") + Review(bytes)[..^1], chunked ? "Transfer-Encoding: chunked" : "Content-Length: 3000000"));
            return await connection.LineAsync();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
            await pace.WaitForNextTickAsync(deadline.Token);
    }
}
