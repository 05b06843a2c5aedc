using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>A real Prometheus with the product's own scrape jobs and rules, as <c>tests/scripts/prometheus.sh</c> runs it for <c>make run</c> too.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    public const string Program = "/usr/bin/prometheus";

    private const string Ready = "Prometheus: ";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-e2e-prometheus-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Process _process;

    private PrometheusServer(ITestCluster cluster)
    {
        var start = new ProcessStartInfo("bash", [Repository.Path("tests", "scripts", "prometheus.sh"), _directory.FullName, "1s"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["KUBECONFIG"] = cluster.Kubectl.Kubeconfig;
        start.Environment["CONTEXT"] = cluster.Kubectl.Context;
        start.Environment["SYSTEM_NAMESPACE"] = cluster.SystemNamespace;
        _process = Process.Start(start)!;
    }

    /// <summary>Starts it; it finds, scrapes and evaluates once a second.</summary>
    public static async Task<PrometheusServer> StartAsync(ITestCluster cluster)
    {
        var server = new PrometheusServer(cluster);
        try
        {
            var line = await server._process.StandardOutput.ReadLineAsync().WaitAsync(StartDeadline);
            server._http.BaseAddress = line?.StartsWith(Ready, StringComparison.Ordinal) == true
                ? new Uri(line[Ready.Length..])
                : throw new InvalidOperationException($"Prometheus did not start, and says why above: {line}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
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
        if (!_process.HasExited)
            await Command.RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], null, StartDeadline);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }
}
