using System.Diagnostics;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Node.Runtime;
using KafkaMesh.Playground.Tests.Images;

namespace KafkaMesh.Playground.Tests.Node;

/// <summary>A whole cluster in a box with the clients image, for one test class.</summary>
public class PlaygroundFixture : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private PlaygroundHost? playground;

    internal virtual RuntimeChoice Runtime => RuntimeChoice.Auto;

    /// <summary>The sentence that tells why this machine cannot run the cluster, or null.</summary>
    internal virtual string? Obstacle => LinuxCalls.EffectiveUser() == 0 ? null : "needs root: it makes network namespaces and mounts";

    internal PlaygroundHost Playground
    {
        get
        {
            if (Obstacle is { } obstacle) Assert.Skip(obstacle);
            return playground!;
        }
    }

    internal IClusterClient Client => Playground.Cluster.ClientFor("test");

    public async ValueTask InitializeAsync()
    {
        if (Obstacle is not null) return; // each test then says that it is skipped and why
        var options = new PlaygroundOptions { Images = [await TestImages.DirectoryAsync()], RestartBackoff = TimeSpan.FromMilliseconds(100), Runtime = Runtime };
        playground = await PlaygroundHost.StartAsync(options, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (playground is not null) await playground.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Creates an object from YAML-free JSON with <c>IMAGE</c> replaced by the clients image.</summary>
    internal Task<JsonObject> CreateAsync(string json) =>
        Client.CreateAsync((JsonObject)JsonNode.Parse(json.Replace("IMAGE", TestImages.Clients, StringComparison.Ordinal).Replace("TOOLS", TestImages.Tools, StringComparison.Ordinal))!, TestContext.Current.CancellationToken);

    /// <summary>A pod with the given spec fields (JSON without braces) in namespace default.</summary>
    internal Task<JsonObject> CreatePodAsync(string name, string spec, string labels = "{}") => CreateAsync(
        $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"default","labels":{{{labels}}} },"spec":{ {{{spec}}} } }""");

    /// <summary>Waits until an object is as wanted and returns it; a null means that it does not exist.</summary>
    internal async Task<JsonObject?> WaitAsync(string kind, string name, Func<JsonObject?, bool> isAsWanted, string apiVersion = "v1")
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await foreach (var change in Client.WatchAsync(apiVersion, kind, "default", limit.Token))
            {
                var now = Client.Get(apiVersion, kind, "default", name);
                if (isAsWanted(now)) return now;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Assert.Fail($"{kind} {name} is after {Patience.TotalSeconds} s: {Client.Get(apiVersion, kind, "default", name)?.ToJsonString() ?? "absent"}");
        }
        return null;
    }

    internal Task<JsonObject?> WaitPhaseAsync(string pod, string phase) => WaitAsync("Pod", pod, p => p.Text("status", "phase") == phase);

    internal Task<JsonObject?> WaitReadyAsync(string pod) =>
        WaitAsync("Pod", pod, p => p.Objects("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True"));

    internal Task DeleteAsync(string pod) => Client.DeleteAsync("v1", "Pod", "default", pod, new DeleteRequest(), TestContext.Current.CancellationToken);

    internal async Task<string> LogAsync(string pod, string container, LogOptions? options = null)
    {
        await using var log = await Playground.Agent.OpenLogAsync("default", pod, container, options ?? new LogOptions(), TestContext.Current.CancellationToken);
        using var text = new MemoryStream();
        await log.CopyToAsync(text, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Runs a shell script in a container and returns its output.</summary>
    internal async Task<(int Exit, string Output)> ExecAsync(string pod, string container, string script)
    {
        var options = new ExecOptions(["/bin/sh", "-c", script + " 2>&1"], Stdin: false, Stdout: true, Stderr: true, Tty: false);
        await using var session = await Playground.Agent.ExecAsync("default", pod, container, options, TestContext.Current.CancellationToken);
        var output = await new StreamReader(session.Stdout!).ReadToEndAsync(TestContext.Current.CancellationToken);
        return (await session.WaitForExitAsync(TestContext.Current.CancellationToken), output.TrimEnd());
    }

    /// <summary>Runs the real kubectl against this cluster.</summary>
    internal async Task<(int Exit, string Output)> KubectlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", Playground.Cluster.KubeconfigPath, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (await output + await error).TrimEnd());
    }
}
