using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>A broker, a monitor and clients in one namespace; each client is a pod of its own.</summary>
internal sealed class OrdersScenario(InstalledMesh mesh) : IAsyncDisposable
{
    public const string Namespace = "kafkamesh-e2e-orders";
    public const int Messages = 1000;

    private const string PlainNamespace = "kafkamesh-e2e-plain";
    private const string DoneLine = "client: done";
    private static readonly TimeSpan PodDeadline = TimeSpan.FromSeconds(180);

    public static async Task<OrdersScenario> StartAsync(InstalledMesh mesh)
    {
        var scenario = new OrdersScenario(mesh);
        await mesh.ApplyAsync(Repository.TestData("orders.yaml"));
        var lines = string.Join('\n', Enumerable.Range(0, Messages).Select(index => $"order-{index:D4}")) + "\n";
        await mesh.Kubectl.RunWithInputAsync(
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject { ["name"] = "messages", ["namespace"] = Namespace },
                ["data"] = new JsonObject { ["messages.txt"] = lines },
            }.ToJsonString(),
            "apply",
            "-f",
            "-");
        await mesh.Kubectl.RunAsync("wait", "--for=condition=Progressing=false", "kafkamonitor/orders", "-n", Namespace, "--timeout=180s");
        await mesh.Kubectl.RunAsync("wait", "--for=condition=Ready", "pod/kafka", "-n", Namespace, "--timeout=180s");
        return scenario;
    }

    /// <summary>Creates a client pod; null for <paramref name="inject"/> leaves the annotation out.</summary>
    public Task StartClientAsync(string name, string? inject, params string[] arguments) =>
        mesh.ApplyAsync(ClientManifest(name, Namespace, inject, arguments));

    /// <summary>What the server makes of the same client, unannotated, in a namespace of its own that no monitor knows.</summary>
    public async Task<JsonObject> WithoutMonitorAsync(string name, params string[] arguments)
    {
        await mesh.ApplyAsync($"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {PlainNamespace}\n");
        try
        {
            return await mesh.DryRunAsync(ClientManifest(name, PlainNamespace, null, arguments));
        }
        finally
        {
            await mesh.Kubectl.RunAsync("delete", "namespace", PlainNamespace, "--timeout=180s");
        }
    }

    /// <summary>Manifest of a client pod that runs kcat with these arguments.</summary>
    public static string ClientManifest(string name, string @namespace, string? inject, params string[] arguments)
    {
        var manifest = Repository.TestData("client.yaml")
            .Replace(Namespace, @namespace, StringComparison.Ordinal)
            .Replace("NAME", name, StringComparison.Ordinal)
            .Replace("ARGUMENTS", new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]).ToJsonString(), StringComparison.Ordinal);
        return inject is null
            ? manifest.Replace("  annotations:\n    kafkamesh.io/inject: INJECT\n", "", StringComparison.Ordinal)
            : manifest.Replace("INJECT", inject, StringComparison.Ordinal);
    }

    /// <summary>Waits until a finite client has done what its arguments say, and returns its pod.</summary>
    public async Task<JsonObject> DoneAsync(string name)
    {
        await Kubectl.UntilAsync($"client {name} is done", PodDeadline, () => OutputAsync(name), output => output.Split('\n').Contains(DoneLine));
        return (await mesh.Kubectl.GetAsync("pod", name, Namespace))!;
    }

    /// <summary>Waits until the pod is Ready and returns it.</summary>
    public async Task<JsonObject> ReadyAsync(string name)
    {
        await mesh.Kubectl.RunAsync("wait", "--for=condition=Ready", $"pod/{name}", "-n", Namespace, "--timeout=180s");
        return (await mesh.Kubectl.GetAsync("pod", name, Namespace))!;
    }

    public async Task DeletePodAsync(string name) =>
        await mesh.Kubectl.RunAsync("delete", "pod", name, "-n", Namespace, "--timeout=180s");

    public Task<string> LogsAsync(string name) => mesh.Kubectl.RunAsync("logs", name, "-c", "client", "-n", Namespace);

    public Task<JsonObject?> MonitorAsync() => mesh.Kubectl.GetAsync("kafkamonitor", "orders", Namespace);

    public async ValueTask DisposeAsync() =>
        await mesh.Kubectl.RunAsync("delete", "namespace", Namespace, "--ignore-not-found", "--timeout=180s");

    // What the client has written so far; one that failed is an exception at once.
    private async Task<string> OutputAsync(string name)
    {
        var pod = await mesh.Kubectl.GetAsync("pod", name, Namespace);
        var client = pod?["status"]?["containerStatuses"]?.AsArray().FirstOrDefault(status => (string?)status!["name"] == "client");
        if ((client?["state"]?["terminated"] ?? client?["lastState"]?["terminated"]) is { } ended)
            throw new InvalidOperationException($"client {name} failed: {ended.ToJsonString()} {await LogsAsync(name)}");
        return client?["state"]?["running"] is null ? "" : await LogsAsync(name);
    }
}
