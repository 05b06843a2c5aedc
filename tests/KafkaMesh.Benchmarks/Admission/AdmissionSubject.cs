using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Benchmarks.Relay;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Playground;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>The operator as it is shipped, in a process of its own, with an API server that holds the monitors.</summary>
internal sealed partial class AdmissionSubject : IAsyncDisposable
{
    private const long CalmNanoseconds = 30_000_000; // a second
    private const int CalmRounds = 4;
    private const string Compiler = ".NET Tiered Com"; // as the kernel cuts it off

    private readonly PlaygroundCluster _cluster;
    private readonly BenchProcess _program;
    private readonly HttpClient _metrics;

    private AdmissionSubject(PlaygroundCluster cluster, BenchProcess program, int webhook, int metrics)
    {
        (_cluster, _program, WebhookPort) = (cluster, program, webhook);
        _metrics = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{metrics}") };
    }

    /// <summary>Port of the webhook.</summary>
    public int WebhookPort { get; }

    /// <summary>Certificate that the webhook's is signed with.</summary>
    public required X509Certificate2 Authority { get; init; }

    /// <summary>CPU time of the operator since it started; the kernel's account.</summary>
    public TimeSpan Cpu => TimeSpan.FromMicroseconds(_program.CpuNanoseconds / 1000d);

    /// <summary>Starts both and waits until the operator is ready.</summary>
    /// <param name="path">The operator.</param>
    /// <param name="cpus">CPUs that it may use.</param>
    /// <param name="monitors">How many monitors.</param>
    /// <param name="namespaces">In how many namespaces.</param>
    public static async Task<AdmissionSubject> StartAsync(string path, ulong cpus, int monitors, int namespaces)
    {
        var cluster = await PlaygroundCluster.StartAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));
        await InstallAsync(cluster, client, monitors, namespaces);
        var program = BenchProcess.Start(["taskset", $"0x{cpus:x}", path, "operator", "--kubeconfig", cluster.KubeconfigPath, "--webhook-port", "0", "--metrics-port", "0", "--dashboard-port", "0", "--shutdown-delay", "0"]);
        Match ports;
        do
            ports = Ports().Match(program.ReadLine());
        while (!ports.Success);
        program.IgnoreOutput();
        var metrics = Port(ports, "metrics");
        return new AdmissionSubject(cluster, program, Port(ports, "webhook"), metrics) { Authority = await AuthorityAsync(client, metrics) };
    }

    /// <summary>
    /// Asks until the operator has compiled what it answers with: its runtime recompiles what has been called often, in the background and on the
    /// same CPU, but only while more calls come. At rest it looks finished long before.
    /// </summary>
    /// <param name="load">Asks for a while.</param>
    public async Task WarmUpAsync(Func<Task> load)
    {
        for (var (calm, patience) = (0, 90); patience > 0; patience--)
        {
            var before = _program.CpuNanosecondsOf(Compiler);
            await load();
            calm = _program.CpuNanosecondsOf(Compiler) - before < CalmNanoseconds ? calm + 1 : 0;
            if (calm == CalmRounds)
                return;
        }
        throw new TimeoutException("the operator goes on compiling");
    }

    /// <summary>Waits until the operator has nothing else to do: it has looked at every monitor.</summary>
    public async Task SettleAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var (before, patience) = (_program.CpuNanoseconds, 60); patience > 0; patience--)
        {
            await pace.WaitForNextTickAsync();
            var now = _program.CpuNanoseconds;
            if (now - before < CalmNanoseconds)
                return;
            before = now;
        }
        throw new TimeoutException("the operator does not come to rest");
    }

    /// <summary>What the operator has done so far.</summary>
    public Task<OperatorFigures> FiguresAsync() => OperatorFigures.ReadAsync(_metrics);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _program.Dispose();
        _metrics.Dispose();
        await _cluster.DisposeAsync();
    }

    private static async Task InstallAsync(PlaygroundCluster cluster, KubernetesClient client, int monitors, int namespaces)
    {
        await AdmissionBench.ApplyDefaultAsync(cluster.KubeconfigPath);
        for (var i = 0; i < namespaces; i++)
            await client.CreateAsync(EntityType.Raw(new EntityMetadata("Namespace", "v1", "", "namespaces")), new JsonObject { ["metadata"] = new JsonObject { ["name"] = AdmissionBench.Namespace(i) } });
        await Parallel.ForAsync(0, monitors, async (i, stop) => await client.CreateAsync(MonitorReader.Type, Monitor(i, namespaces), cancellationToken: stop));
    }

    private static JsonObject Monitor(int index, int namespaces) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"orders-{index}", ["namespace"] = AdmissionBench.Namespace(index % namespaces) },
        ["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = $"orders-{index}" } },
            ["report"] = new JsonObject { ["intervalSeconds"] = 300 }, // what gathering figures costs is not measured here
        },
    };

    private static async Task<X509Certificate2> AuthorityAsync(KubernetesClient client, int metrics)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{metrics}") };
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

    private static int Port(Match ports, string name) => int.Parse(ports.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("webhook on port (?<webhook>[0-9]+), metrics and probes on port (?<metrics>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ports();
}
