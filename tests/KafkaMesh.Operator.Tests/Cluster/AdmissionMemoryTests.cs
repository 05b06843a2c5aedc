using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>The memory of an operator in a container of the shipped size, while strangers send it reviews.</summary>
public sealed class AdmissionMemoryTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private const long ContainerBytes = 512 * 1024 * 1024;

    // A replica that does nothing has 81 MiB, and the leader of 10,000 sidecars 260: so much more is left for what strangers send.
    private const long MostBytes = (512 - 260 + 81) * 1024 * 1024;

    [Fact]
    public async Task Webhook_ManyLargeReviewsThatDoNotEnd_TakeABoundedPart()
    {
        await using var replica = await StartAsync();
        var connections = await Task.WhenAll(Enumerable.Range(0, 1040).Select(_ => ReviewConnection.OpenAsync(replica.WebhookPort)));
        var begun = ReviewConnection.Request(new string('x', 900_000), "Content-Length: 3000000");
        var sending = Task.WhenAll(connections.Select(s => SendAsync(s, begun)));

        var answers = Task.WhenAll(connections.Select(s => s.LineAsync()));

        await using (var ordinary = await ReviewConnection.OpenAsync(replica.WebhookPort))
        {
            await ordinary.SendAsync(Review("{}"));
            Assert.Equal("HTTP/1.1 200 OK", await ordinary.LineAsync());
        }
        Assert.Subset(new HashSet<string?> { "HTTP/1.1 503 Service Unavailable", "HTTP/1.1 408 Request Timeout" }, (await answers).ToHashSet());
        Assert.InRange(replica.PeakResidentBytes, 1, MostBytes);
        foreach (var connection in connections)
            await connection.DisposeAsync();
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
        var connections = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ReviewConnection.OpenAsync(replica.WebhookPort)));

        await Task.WhenAll(connections.Select(s => SendAsync(s, review)));

        foreach (var connection in connections)
        {
            Assert.Equal(expected, await connection.LineAsync());
            await connection.DisposeAsync();
        }
        Assert.InRange(replica.PeakResidentBytes, 1, MostBytes);
    }

    private async Task<OperatorReplica> StartAsync()
    {
        var replica = await fixture.StartReplicaAsync(ContainerBytes);
        await fixture.UntilAsync("the replica is ready", async () => (await replica.StateAsync()).IsReady);
        return replica;
    }

    private static byte[] Review(string pod) => ReviewConnection.Request(
        $$"""{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "operation": "DELETE", "object": {{pod}} } }""");

    // What nobody takes stays on the way until the connection ends.
    private static async Task SendAsync(ReviewConnection connection, byte[] request)
    {
        try
        {
            await connection.SendAsync(request);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            await connection.DisposeAsync();
        }
    }
}
