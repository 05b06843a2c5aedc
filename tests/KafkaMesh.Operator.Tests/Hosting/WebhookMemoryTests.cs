using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
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
    private readonly List<SslStream> _clients = [];
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

        Assert.Equal("HTTP/1.1 200 OK", await AskAsync(await OpenAsync(), Review(1000)));
        Assert.Equal("HTTP/1.1 200 OK", await AskAsync(await OpenAsync(), Review(BodyRoom.ChunkBytes - 1)));
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
        var stream = await OpenAsync();

        Assert.Equal("HTTP/1.1 503 Service Unavailable", await AskAsync(stream, Review(BodyRoom.ChunkBytes * 3)));
        Assert.Contains("Retry-After: 1", await HeadersAsync(stream));
    }

    [Fact]
    public async Task Body_ThatWaitsForRoom_GoesOnWhenOthersGiveItBack()
    {
        for (var i = 0; i < RoomBytes / BodyRoom.ChunkBytes; i++)
            await _room.TakeAsync(CancellationToken.None);
        var stream = await OpenAsync();
        var answer = AskAsync(stream, Review(BodyRoom.ChunkBytes * 3));
        Assert.Equal("HTTP/1.1 200 OK", await AskAsync(await OpenAsync(), Review(1000)));

        _room.GiveBack(RoomBytes / BodyRoom.ChunkBytes);

        Assert.Equal("HTTP/1.1 200 OK", await answer);
        await UntilAsync(() => _room.FreeBytes == RoomBytes);
    }

    [Fact]
    public async Task Bodies_WhoseSendersGo_GiveTheirRoomBack()
    {
        var going = new List<SslStream>();
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
        Assert.Equal("HTTP/1.1 200 OK", await AskAsync(await OpenAsync(), Review(bytes)));
        Assert.Equal("HTTP/1.1 400 Bad Request", await AskAsync(await OpenAsync(), Review(bytes) + "}"));
        Assert.Equal("HTTP/1.1 400 Bad Request", await AskAsync(await OpenAsync(), Review(bytes)[..^1]));
        await UntilAsync(() => _room.FreeBytes == RoomBytes);
    }

    /// <summary>Each stream of a connection would have a body of its own: connections would not bound them.</summary>
    [Fact]
    public async Task Connection_ThatOffersHttp2_IsTakenAsHttp11() =>
        Assert.Equal(SslApplicationProtocol.Http11, (await OpenAsync(SslApplicationProtocol.Http2, SslApplicationProtocol.Http11)).NegotiatedApplicationProtocol);

    /// <summary>A review of so many bytes.</summary>
    private static string Review(int bytes)
    {
        const string Start = """{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "operation": "DELETE", "object": {"text": """;
        return $"{Start}\"{new string('x', bytes - Start.Length - 5)}\"}}}}}}";
    }

    private async Task<SslStream> OpenAsync(params SslApplicationProtocol[] protocols)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, HttpServers.PortOf(_server));
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        _clients.Add(stream);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = WellKnownNames.OperatorName, ApplicationProtocols = [.. protocols] });
        return stream;
    }

    // Sends the beginning of a large body, waits, and gives the status line of the answer; null when the connection ended.
    private static async Task<string?> HoldAsync(SslStream stream, int bytes, bool chunked)
    {
        try
        {
            await SendAsync(stream, chunked ? "Transfer-Encoding: chunked" : "Content-Length: 3000000", (chunked ? $"{bytes:x}\r\n" : "") + Review(bytes)[..^1]);
            return await LineAsync(stream);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static async Task<string?> AskAsync(SslStream stream, string review)
    {
        await SendAsync(stream, $"Content-Length: {review.Length}", review);
        return await LineAsync(stream);
    }

    private static async Task SendAsync(SslStream stream, string length, string body) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {WellKnownNames.MutatePodsPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n{body}"));

    private static async Task<List<string>> HeadersAsync(SslStream stream)
    {
        var lines = new List<string>();
        while (await LineAsync(stream) is { Length: > 0 } line)
            lines.Add(line);
        return lines;
    }

    private static async Task<string?> LineAsync(SslStream stream)
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (await stream.ReadAsync(next) > 0)
        {
            if (next[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)next[0]);
        }
        return null;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
            await pace.WaitForNextTickAsync(deadline.Token);
    }
}
