using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Playground;
using Serilog;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>
/// What an admission costs with 1,000 monitors: the operator as it ships, fed by an API server with these monitors, asked over TLS
/// as an API server asks. <c>inside</c> is the operator's own <c>admission_duration_seconds</c>; <c>caller</c> adds the wait for a
/// CPU that all requests share with the caller.
/// </summary>
internal static class AdmissionBench
{
    private const int Monitors = 1000;
    private const int Requests = 5000;
    private static readonly TimeSpan s_goal = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs every row and prints the table.</summary>
    /// <returns>0, or 1 when an admission failed or the goal was missed.</returns>
    public static async Task<int> RunAsync(TextWriter output)
    {
        await output.WriteLineAsync("| monitors | at once | admissions/s | caller p50 | caller p99 | inside p99 | goal |");
        await output.WriteLineAsync("|---|--:|--:|--:|--:|--:|---|");
        var met = true;
        foreach (var namespaces in (int[])[300, 1])
        {
            met &= await RunAsync(namespaces, output);
        }
        return met ? 0 : 1;
    }

    private static async Task<bool> RunAsync(int namespaces, TextWriter output)
    {
        await using var cluster = await PlaygroundCluster.StartAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));
        await InstallAsync(cluster, client, namespaces);
        var options = OperatorSettings.Resolve(Flag, _ => null, out _)!;
        await using var process = new OperatorProcess(options, client, TimeProvider.System, new LoggerConfiguration().CreateLogger());
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var running = process.RunAsync(started.SetResult, stop.Token);
        await started.Task;
        var met = true;
        using (var load = new AdmissionLoad(process, await AuthorityAsync(client, process), Monitors, namespaces))
        {
            await load.RunAsync(1000, 32);
            foreach (var atOnce in (int[])[1, 32, 1000])
            {
                var result = await load.RunAsync(Requests, atOnce);
                var isMet = result.Failed == 0 && result.InsideP99 <= s_goal;
                met &= isMet;
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Monitors:n0} in {namespaces} namespace{(namespaces == 1 ? "" : "s")} | {atOnce:n0} | {result.PerSecond:n0} | {Milliseconds(result.CallerP50)} | {Milliseconds(result.CallerP99)} | ≤ {Milliseconds(result.InsideP99)} | ≤ {Milliseconds(s_goal)}: {(isMet ? "met" : result.Failed > 0 ? $"{result.Failed} failed" : "missed")} |"));
            }
        }
        await stop.CancelAsync();
        await running;
        return met;
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.##} ms");

    private static string? Flag(Setting setting) => setting.Name is "webhook-port" or "metrics-port" or "dashboard-port" or "shutdown-delay" ? "0" : null;

    private static async Task InstallAsync(PlaygroundCluster cluster, KubernetesClient client, int namespaces)
    {
        await ApplyDefaultAsync(cluster.KubeconfigPath);
        for (var i = 0; i < namespaces; i++)
            await client.CreateAsync(EntityType.Raw(new EntityMetadata("Namespace", "v1", "", "namespaces")), new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace(i) } });
        await Parallel.ForAsync(0, Monitors, async (i, stop) => await client.CreateAsync(MonitorReader.Type, Monitor(i, namespaces), cancellationToken: stop));
    }

    private static JsonObject Monitor(int index, int namespaces) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"orders-{index}", ["namespace"] = Namespace(index % namespaces) },
        ["spec"] = new JsonObject { ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = $"orders-{index}" } } },
    };

    private static string Root()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "KafkaMeshOperator.sln")))
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("run this from a checkout of the repository");
        return root;
    }

    private static async Task<X509Certificate2> AuthorityAsync(KubernetesClient client, OperatorProcess process)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{process.MetricsPort}") };
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var ready = await http.GetAsync("/readyz", deadline.Token);
            if (ready.IsSuccessStatusCode)
                break;
            await pace.WaitForNextTickAsync(deadline.Token);
        }
        var secret = await client.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, WellKnownNames.SystemNamespace, deadline.Token);
        return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(secret!["data"]!["ca.crt"]!.ToString())));
    }

    /// <summary>Applies the shipped manifests.</summary>
    internal static async Task ApplyDefaultAsync(string kubeconfig)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", kubeconfig, "apply", "-k", Path.Combine(Root(), "config", "default")]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var kubectl = Process.Start(start)!;
        await kubectl.StandardOutput.ReadToEndAsync();
        await kubectl.WaitForExitAsync();
        if (kubectl.ExitCode != 0)
            throw new InvalidOperationException("kubectl apply -k config/default failed");
    }

    /// <summary>Name of a namespace that holds monitors.</summary>
    internal static string Namespace(int index) => $"team-{index:d3}";
}
