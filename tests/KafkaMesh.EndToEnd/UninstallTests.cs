namespace KafkaMesh.EndToEnd;

/// <summary>What is left when the product is removed: pods that go on as they are.</summary>
public sealed class UninstallTests(InstalledMesh mesh)
{
    [Fact]
    public async Task Pod_WithASidecar_KeepsRelayingWhenTheProductIsGone()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh);
        await orders.StartClientAsync("consumer", "enabled", "-b", "kafka:9092", "-C", "-t", "orders", "-o", "beginning", "-u");
        var before = await orders.ReadyAsync("consumer");
        Assert.Equal("orders", (string?)before["metadata"]!["labels"]!["kafkamesh.io/monitor"]);
        await mesh.UninstallAsync();
        try
        {
            Assert.NotEqual(0, (await mesh.Kubectl.InvokeAsync(null, "get", "kafkamonitors", "-A")).ExitCode);
            await orders.StartClientAsync("producer", "enabled", "-b", "kafka:9092", "-P", "-t", "orders", "-l", "/messages/messages.txt");
            var producer = await orders.DoneAsync("producer");
            await Kubectl.UntilAsync(
                "the consumer has all records",
                TimeSpan.FromSeconds(45),
                () => orders.LogsAsync("consumer"),
                log => log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("order-", StringComparison.Ordinal)) == OrdersScenario.Messages);

            Assert.Single(producer["spec"]!["containers"]!.AsArray());
            var after = await orders.ReadyAsync("consumer");
            Assert.Equal((string?)before["metadata"]!["uid"], (string?)after["metadata"]!["uid"]);
            Assert.All(after["status"]!["containerStatuses"]!.AsArray(), status => Assert.Equal(0, (int)status!["restartCount"]!));
        }
        finally
        {
            await mesh.InstallAsync();
        }
    }
}
