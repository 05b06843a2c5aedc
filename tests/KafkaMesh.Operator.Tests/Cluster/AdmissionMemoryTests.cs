using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>The memory of an operator in a container of the shipped size, while strangers send it reviews.</summary>
public sealed class AdmissionMemoryTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private const long ContainerBytes = 384 * 1024 * 1024;

    // A replica that does nothing has 81 MiB; what is left is for a leader's figures.
    private const long MostBytes = 256 * 1024 * 1024;

    [Fact]
    public async Task Webhook_ManyLargeReviewsThatDoNotEnd_TakeABoundedPart()
    {
        await using var replica = await StartAsync();
        var streams = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => OpenAsync(replica.WebhookPort)));
        var begun = Request(bytes: 3_000_000, new string('x', 900_000));
        var sending = Task.WhenAll(streams.Select(s => SendAsync(s, begun)));

        var answers = Task.WhenAll(streams.Select(LineAsync));

        await using (var ordinary = await OpenAsync(replica.WebhookPort))
        {
            await SendAsync(ordinary, Review("{}"));
            Assert.Equal("HTTP/1.1 200 OK", await LineAsync(ordinary));
        }
        Assert.Subset(new HashSet<string?> { "HTTP/1.1 503 Service Unavailable", "HTTP/1.1 408 Request Timeout" }, (await answers).ToHashSet());
        Assert.InRange(replica.PeakResidentBytes, 1, MostBytes);
        foreach (var stream in streams)
            await stream.DisposeAsync();
        await sending;
    }

    /// <summary>Three bytes that take whoever reads them 24, and more while their table grows.</summary>
    [Theory]
    [InlineData(999_000, "HTTP/1.1 400 Bad Request")]
    [InlineData(262_000, "HTTP/1.1 200 OK")]
    public async Task Webhook_LargeReviewsOfNothingButValues_TakeABoundedPart(int values, string expected)
    {
        await using var replica = await StartAsync();
        var array = "[" + string.Concat(Enumerable.Repeat("[],", values)) + "[]]";
        var review = Review($"{{\"values\": {array}, \"text\": \"{new string('x', 3_000_000 - array.Length)}\"}}");
        var streams = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync(replica.WebhookPort)));

        await Task.WhenAll(streams.Select(s => SendAsync(s, review)));

        foreach (var stream in streams)
        {
            Assert.Equal(expected, await LineAsync(stream));
            await stream.DisposeAsync();
        }
        Assert.InRange(replica.PeakResidentBytes, 1, MostBytes);
    }

    private async Task<OperatorReplica> StartAsync()
    {
        var replica = await fixture.StartReplicaAsync(ContainerBytes);
        await fixture.UntilAsync("the replica is ready", async () => (await replica.StateAsync()).IsReady);
        return replica;
    }

    private static async Task<SslStream> OpenAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(WellKnownNames.OperatorName);
        return stream;
    }

    private static byte[] Review(string pod)
    {
        var review = $$"""{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "operation": "DELETE", "object": {{pod}} } }""";
        return Request(review.Length, review);
    }

    private static byte[] Request(int bytes, string body) =>
        Encoding.ASCII.GetBytes($"POST {WellKnownNames.MutatePodsPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n{body}");

    // What nobody takes stays on the way until the connection ends.
    private static async Task SendAsync(SslStream stream, byte[] request)
    {
        try
        {
            await stream.WriteAsync(request);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            await stream.DisposeAsync();
        }
    }

    private static async Task<string?> LineAsync(SslStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadLineAsync();
    }
}
