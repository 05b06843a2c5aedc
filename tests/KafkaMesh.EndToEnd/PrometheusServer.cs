using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.EndToEnd;

/// <summary>
/// A real Prometheus with the product's own scrape jobs and rules. Debian's is built without the discovery of Kubernetes: the test finds the pods
/// in its stead and gives the same labels for a file, so that the product's relabelling is what decides. Scrapes go through the API server's
/// pod proxy, so that they work outside the cluster; <c>kubectl proxy</c> lends them the rights of the test.
/// </summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    public const string Program = "/usr/bin/prometheus";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-e2e-prometheus-");
    private readonly ITestCluster _cluster;
    private readonly HttpClient _http;
    private readonly List<Process> _processes = [];

    private PrometheusServer(ITestCluster cluster)
    {
        _cluster = cluster;
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/")), Timeout = TimeSpan.FromSeconds(20) };
    }

    public static async Task<PrometheusServer> StartAsync(ITestCluster cluster)
    {
        var server = new PrometheusServer(cluster);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finds the pods that there are now.</summary>
    public async Task DiscoverAsync()
    {
        var pods = JsonNode.Parse(await _cluster.Kubectl.RunAsync("get", "pods", "--all-namespaces", "-o", "json"))!["items"]!.AsArray();
        var targets = new JsonArray([.. pods.Where(pod => pod!["status"]?["podIP"] is not null).SelectMany(pod => Targets(pod!))]);

        // Prometheus follows the file; it must never see half of it.
        var file = Path.Combine(_directory.FullName, "targets.json");
        await File.WriteAllTextAsync(file + ".new", targets.ToJsonString());
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>The series of an expression now; an expression that Prometheus refuses is an exception with its words.</summary>
    public async Task<JsonArray> QueryAsync(string expression)
    {
        using var form = new FormUrlEncodedContent([new("query", expression)]);
        using var response = await _http.PostAsync("api/v1/query", form);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return (string?)answer["status"] == "success"
            ? answer["data"]!["result"]!.AsArray()
            : throw new InvalidOperationException($"Prometheus refuses {expression}: {answer["error"]}");
    }

    /// <summary>What Prometheus says of its rules: each has <c>name</c>, <c>query</c>, <c>health</c>, <c>lastError</c>, <c>type</c>.</summary>
    public async Task<IReadOnlyList<JsonObject>> RulesAsync()
    {
        var answer = JsonNode.Parse(await _http.GetStringAsync("api/v1/rules"))!;
        return [.. answer["data"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!.AsObject())];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _directory.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        var config = Path.Combine(_directory.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, Configuration(await StartProxyAsync(), _cluster.SystemNamespace));
        File.Copy(Repository.Path("config", "prometheus", "rules.yml"), Path.Combine(_directory.FullName, "rules.yml"));
        await DiscoverAsync();
        string[] arguments = [$"--config.file={config}", $"--storage.tsdb.path={_directory.FullName}/data", $"--web.listen-address={_http.BaseAddress!.Authority}", "--log.level=error"];
        _processes.Add(Process.Start(new ProcessStartInfo(Program, arguments) { UseShellExecute = false })!);
        await Kubectl.UntilAsync("Prometheus is ready", StartDeadline, IsReadyAsync, ready => ready);
    }

    /// <summary>Lends the rights of the kubeconfig to whoever connects on loopback; returns host and port.</summary>
    private async Task<string> StartProxyAsync()
    {
        const string Before = "Starting to serve on ";
        string[] context = _cluster.Kubectl.Context is null ? [] : ["--context", _cluster.Kubectl.Context];
        var proxy = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", _cluster.Kubectl.Kubeconfig, .. context, "proxy", "--port=0"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        _processes.Add(proxy);
        var line = await proxy.StandardOutput.ReadLineAsync().WaitAsync(StartDeadline);
        return line?.StartsWith(Before, StringComparison.Ordinal) == true
            ? line[Before.Length..].Trim()
            : throw new InvalidOperationException($"kubectl proxy did not start: {line}");
    }

    /// <summary>The product's jobs, with two changes: discovery and scrapes take other ways, and they are quick.</summary>
    private static string Configuration(string api, string systemNamespace) => Regex.Replace(
        File.ReadAllText(Repository.Path("config", "prometheus", "prometheus.yml"))
            .Replace("scrape_interval: 15s", "scrape_interval: 1s\n  scrape_timeout: 1s\n  evaluation_interval: 1s\nrule_files: [rules.yml]", StringComparison.Ordinal)
            .Replace("kafkamesh-system", systemNamespace, StringComparison.Ordinal)
            .Replace(
                "    relabel_configs:\n",
                $$"""
                    relabel_configs:
                      - source_labels: [__address__]
                        target_label: instance
                      - source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_pod_name, __meta_kubernetes_pod_container_port_number]
                        regex: (.+);(.+);(.+)
                        replacement: /api/v1/namespaces/$1/pods/$2:$3/proxy/metrics
                        target_label: __metrics_path__
                      - target_label: __address__
                        replacement: {{api}}

                """.ReplaceLineEndings("\n"),
                StringComparison.Ordinal),
        "    kubernetes_sd_configs:\n(      .*\n)+",
        "    file_sd_configs:\n      - files: [targets.json]\n",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));

    /// <summary>What the role pod of Prometheus' Kubernetes discovery makes of a pod: a target per port of every container, init containers too.</summary>
    private static IEnumerable<JsonNode> Targets(JsonNode pod)
    {
        var containers = pod["spec"]!["containers"]!.AsArray().Concat(pod["spec"]!["initContainers"]?.AsArray() ?? []);
        foreach (var port in containers.SelectMany(container => container!["ports"]?.AsArray() ?? []))
        {
            var labels = new JsonObject
            {
                ["__meta_kubernetes_namespace"] = (string?)pod["metadata"]!["namespace"],
                ["__meta_kubernetes_pod_name"] = (string?)pod["metadata"]!["name"],
                ["__meta_kubernetes_pod_container_port_name"] = (string?)port!["name"] ?? "",
                ["__meta_kubernetes_pod_container_port_number"] = port["containerPort"]!.ToString(),
            };
            foreach (var (name, value) in pod["metadata"]!["labels"]?.AsObject() ?? [])
                labels["__meta_kubernetes_pod_label_" + Regex.Replace(name, "[^A-Za-z0-9_]", "_", RegexOptions.None, TimeSpan.FromSeconds(1))] = (string?)value;
            yield return new JsonObject { ["targets"] = new JsonArray($"{pod["status"]!["podIP"]}:{port["containerPort"]}"), ["labels"] = labels };
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_processes[^1] is { HasExited: true } server)
            throw new InvalidOperationException($"prometheus ended with {server.ExitCode}; it says why above");
        try
        {
            using var response = await _http.GetAsync("-/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
