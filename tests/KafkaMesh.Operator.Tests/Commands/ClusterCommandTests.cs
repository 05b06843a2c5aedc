using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Diagnosis;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands;

/// <summary><c>kafkamesh check</c> and <c>status</c> as processes of their own, also as a plug-in of the real kubectl.</summary>
public sealed class ClusterCommandTests(DoctorFixture fixture) : IClassFixture<DoctorFixture>
{
    [Fact]
    public async Task Check_HealthyThenAPodTooEarly_EndsWithTheCodeOfTheWorst()
    {
        await fixture.CreateNamespaceAsync("cli");
        await fixture.CreatePodAsync("cli", "early", "enabled", hostNetwork: false, labels: null);
        await fixture.ApplyMonitorAsync("cli");
        await fixture.EntryAsync("orders.cli.inject.kafkamesh.io");
        await fixture.UntilAsync("status", async () => (await RunAsync("check", "-n", "cli", "-o", "json")).Output.Contains("its status is about", StringComparison.Ordinal));

        var (code, text, errors) = await RunAsync("check", "-n", "cli");
        Assert.Equal((1, ""), (code, errors));
        Assert.Contains("  warning KM706 kafkamonitor/cli/orders: pod early started without the sidecar\n", text, StringComparison.Ordinal);
        Assert.Contains("      docs/findings.md#km706\n", text, StringComparison.Ordinal);
        Assert.Contains("  ok      KM201 The operator runs (Deployment kafkamesh-system/kafkamesh-operator: 2 of 2 replicas are ready)\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);

        (code, text, _) = await RunAsync("check", "pod", "cli/early");
        Assert.Equal(1, code);
        Assert.Contains("KM903 pod/cli/early: it ", text, StringComparison.Ordinal);
        var byFlag = (await RunAsync("check", "--pod", "early", "-n", "cli")).Output;
        Assert.Contains(text.Split('\n').Single(l => l.Contains("KM902", StringComparison.Ordinal)), byFlag, StringComparison.Ordinal);

        await fixture.Admin.DeleteAsync(BuiltInEntities.Pods, "early", "cli", new DeleteOptions { GracePeriodSeconds = 0 });
        await fixture.CreateInjectedPodAsync("cli", "late", "127.0.9.91");
        await using var sidecar = await SidecarServer.StartAsync("127.0.9.91", Reports.Of("c1", 1, 100, errors: 2));
        (code, text, _) = await RunAsync("check", "--wait", "30s", "-n", "cli", "-o", "json");
        var report = JsonNode.Parse(text)!;
        Assert.True((code, report["result"]!.ToString()) == (0, "ok"), text);
        Assert.Equal("CheckReport", report["kind"]!.ToString());
        // The status that nothing was wrong with may be the one before the new pod was seen.
        await fixture.UntilAsync("report", async () => (await RunAsync("status", "orders", "-n", "cli")).Output.Contains("1 of 1 sidecar reports", StringComparison.Ordinal));
        await StatusOfTheSameAsync();
        await AsPluginAsync();
    }

    [Theory]
    [InlineData("check -o xml", "kafkamesh check: --output: 'xml' is not accepted; it takes text or json")]
    [InlineData("check --wait soon", "kafkamesh check: --wait: 'soon' is not accepted; it takes a duration such as 30s or 2m, at most 24h")]
    [InlineData("check pod a/b/c", "kafkamesh check pod: 'a/b/c' is no pod; write NAMESPACE/NAME, or NAME")]
    [InlineData("check -n Not_a_name", "kafkamesh check: --namespace: 'Not_a_name' is not accepted; it takes a namespace name")]
    [InlineData("status -o xml", "kafkamesh status: --output: 'xml' is not accepted; it takes text, wide, json or yaml")]
    [InlineData("status orders -A", "kafkamesh status: --all-namespaces shows every KafkaMonitor; leave out the name and -n")]
    [InlineData("status a b", "kafkamesh: 'b' is no command or flag here (kafkamesh --help lists what there is)")]
    public async Task Run_WrongUsage_Exits64WithOneLine(string arguments, string sentence)
    {
        var (code, output, errors) = await BuiltProgram.RunAsync("", arguments.Split(' '));

        Assert.Equal((64, "", sentence + "\n"), (code, output, errors));
    }

    [Fact]
    public async Task Run_WithoutClusterOrMonitor_SaysSoAndEndsByTheDocumentedCode()
    {
        var none = Path.Combine(fixture.Cluster.Directory, "none");
        Assert.Equal(64, (await BuiltProgram.RunAsync("", "check", "--kubeconfig", none)).Code);
        var gone = Path.Combine(fixture.Cluster.Directory, "gone");
        await File.WriteAllTextAsync(gone, """
            {"apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": ""} }],
             "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"} }]}
            """);

        var (code, text, _) = await BuiltProgram.RunAsync("", "check", "--kubeconfig", gone);
        Assert.Equal(2, code);
        Assert.Contains("error   KM101 ", text, StringComparison.Ordinal);
        var status = await BuiltProgram.RunAsync("", "status", "--kubeconfig", gone);
        Assert.Equal((69, ""), (status.Code, status.Output));
        var missing = await RunAsync("status", "nobody", "-n", "default");
        Assert.Equal((1, "", "kafkamesh status: there is no KafkaMonitor nobody in namespace default\n"), missing);
    }

    [Fact]
    public async Task Status_Watched_IsShownAgainWithRatesWhenItChanges()
    {
        await fixture.ApplyMonitorAsync("watched");
        await fixture.EntryAsync("orders.watched.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync("watched", "a", "127.0.9.92");
        await using var sidecar = await SidecarServer.StartAsync("127.0.9.92", Reports.Of("w1", 1, 100));
        using var process = BuiltProgram.Start("status", "orders", "-n", "watched", "--watch", "--kubeconfig", fixture.KubeconfigPath);
        try
        {
            Assert.Equal("100", (await ProduceAsync(r => r.Requests == "100")).Requests);
            sidecar.Report = Reports.Of("w1", 2, 900, uptime: 20);
            var changed = await ProduceAsync(r => r.Requests == "900");
            Assert.True(double.Parse(changed.Rate, System.Globalization.CultureInfo.InvariantCulture) > 0, changed.Rate);
        }
        finally
        {
            process.Kill();
        }

        async Task<(string Requests, string Rate)> ProduceAsync(Func<(string Requests, string Rate), bool> condition)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                var cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (cells is ["Produce", _, var requests, var rate, ..] && condition((requests, rate)))
                    return (requests, rate);
            }
            throw new InvalidOperationException("it ended: " + await process.StandardError.ReadToEndAsync(deadline.Token));
        }
    }

    private async Task StatusOfTheSameAsync()
    {
        var (code, text, _) = await RunAsync("status", "orders", "-n", "cli", "-o", "wide");
        Assert.Equal(0, code);
        Assert.StartsWith("KafkaMonitor cli/orders: healthy\n  1 of 1 sidecar reports.\n", text, StringComparison.Ordinal);
        Assert.Contains("  1 selected, 1 with sidecar, 1 reporting, 0 outdated, 0 unreachable, 0 left as they are\n", text, StringComparison.Ordinal);
        Assert.Contains("  2 Kafka connections, 1 TLS (not decoded), 0 something else\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\n  API +VERSIONS +REQUESTS +REQ/S +ERRORS +ERR% +P50 +P95 +P99 +BYTES OUT +BYTES IN\n  Produce +9-11 +100 +- +2 +2 +\S+ms +\S+ms +\S+ms +10k +5k\n", text);
        Assert.Contains("NOT_LEADER_OR_FOLLOWER", text, StringComparison.Ordinal);
        Assert.Matches(@"\n  orders +0 +1k +0 +8k\n", text);

        (_, text, _) = await RunAsync("status", "-A");
        Assert.Matches(@"^NAMESPACE +NAME +HEALTH +PODS .*\n(.*\n)*cli +orders +healthy +1/1 ", text);

        (_, text, _) = await RunAsync("status", "orders", "-n", "cli", "-o", "json");
        var json = JsonNode.Parse(text)!;
        Assert.Equal(("MonitorStatus", "healthy", "false"), (json["kind"]!.ToString(), json["health"]!.ToString(), json["stale"]!.ToString()));
        Assert.Equal(100, json["status"]!["apiKeys"]![0]!["requests"]!.GetValue<long>());
        (_, text, _) = await RunAsync("status", "-n", "cli", "-o", "yaml");
        Assert.Equal("MonitorStatusList", Assert.Single(Yaml.ReadAll(text))["kind"]!.ToString());
    }

    // kubectl finds a plug-in by its name in PATH, as `make install` puts it there.
    private async Task AsPluginAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(fixture.Cluster.Directory, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "kafkamesh"), Path.Combine(AppContext.BaseDirectory, "kafkamesh"));
        File.CreateSymbolicLink(Path.Combine(folder, "kubectl-kafkamesh"), "kafkamesh");
        File.CreateSymbolicLink(Path.Combine(folder, "kubectl_complete-kafkamesh"), Path.Combine(Repository.Root, "operator", "plugin", "kubectl_complete-kafkamesh"));
        var path = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var kubectl in new[] { "kubectl", Rendered.OldKubectl }.Where(k => k == "kubectl" || File.Exists(k)))
        {
            var plugin = new Kubectl(fixture.KubeconfigPath, kubectl, path);
            Assert.Contains(Path.Combine(folder, "kubectl-kafkamesh"), await plugin.RunAsync(null, "plugin", "list"), StringComparison.Ordinal);
            var (code, output, _) = await plugin.TryRunAsync(null, "kafkamesh", "check", "-n", "cli");
            Assert.True(code == 0, output);
            Assert.Contains("Nothing is wrong: ", output, StringComparison.Ordinal);
            Assert.Contains("healthy", await plugin.RunAsync(null, "kafkamesh", "status", "orders", "--namespace", "cli"), StringComparison.Ordinal);
        }

        var completion = new Kubectl(fixture.KubeconfigPath, Path.Combine(folder, "kubectl_complete-kafkamesh"), path);
        Assert.Equal(["status", ":4"], (await completion.RunAsync(null, "stat")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var flags = (await completion.RunAsync(null, "check", "--")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("--wait", flags);
        Assert.Equal(":4", flags[^1]);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("", [.. arguments, "--kubeconfig", fixture.KubeconfigPath]);
}
