using System.Text.Json.Nodes;
using KafkaMesh.EndToEnd;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>A cluster with the product as a user installs it, the samples' broker and clients at work, and the dashboard through <c>kubectl proxy</c>.</summary>
public sealed class LiveMesh : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly InstalledMesh _mesh = new();

    internal Kubectl Kubectl => _mesh.Kubectl;

    internal InstalledMesh Mesh => _mesh;

    internal DashboardProxy Proxy { get; private set; } = null!;

    internal Uri Address => Proxy.Address;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _mesh.InitializeAsync();
        var samples = Repository.Path("config", "samples");
        await Kubectl.RunAsync("apply", "-f", Path.Combine(samples, "namespace.yaml"), "-f", Path.Combine(samples, "monitor.yaml"));
        await Kubectl.RunWithInputAsync(Repository.TestData("payments-monitor.yaml"), "apply", "-f", "-");
        await Kubectl.RunAsync("wait", "-n", "demo", "--for=condition=Progressing=false", "kafkamonitor/orders", "--timeout=60s");
        await Kubectl.RunAsync("wait", "-n", "payments", "--for=condition=Progressing=false", "kafkamonitor/payments", "--timeout=60s");
        await Kubectl.RunAsync("apply", "-k", samples);
        await Kubectl.RunWithInputAsync(Repository.TestData("payments-pod.yaml"), "apply", "-f", "-");
        Proxy = await DashboardProxy.StartAsync(Kubectl.Kubeconfig);
        await Kubectl.UntilAsync("the four clients report traffic both ways", Patience, MonitorAsync, Flows);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Proxy is not null)
            await Proxy.DisposeAsync();
        await _mesh.DisposeAsync();
    }

    /// <summary>Makes the proxy anew at the same address, as it was before it was disposed of.</summary>
    internal async Task RestartProxyAsync() => Proxy = await DashboardProxy.StartAsync(Kubectl.Kubeconfig, Proxy.Port);

    /// <summary>The monitor of the samples.</summary>
    internal Task<JsonObject?> MonitorAsync() => Kubectl.GetAsync("kafkamonitor", "orders", "demo");

    /// <summary>A token as the page's own command prints it.</summary>
    internal Task<string> TapTokenAsync() => Kubectl.TokenAsync("kafkamesh-tap", "kafkamesh-system", "kafkamesh");

    private static bool Flows(JsonObject? monitor)
    {
        var status = monitor?["status"];
        return status?["pods"]?["reporting"]?.GetValue<int>() == 4
            && (status["topics"] as JsonArray)?.Any(t => t!["name"]!.ToString() == "orders" && t["recordsIn"]!.GetValue<long>() > 100 && t["recordsOut"]!.GetValue<long>() > 100) == true;
    }
}
