using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>
/// Golden pods of the operator's tests on a node: injected ones start with a sidecar that is ready, skipped and untouched ones start as they
/// would without KafkaMesh. All run at the same time.
/// </summary>
public sealed class GoldenPodTests(InstalledMesh mesh)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Pods_WhateverTheirOutcome_RunAsTheirHeadersClaim()
    {
        var pods = GoldenPod.All;
        Assert.True(pods.Count >= 15, $"{pods.Count} golden pods run");
        Assert.Equal(["Injected", "NotSelected", "Skipped"], pods.Select(pod => pod.Outcome).Distinct().Order(StringComparer.Ordinal));
        try
        {
            await CreateAsync(pods.Select(pod => pod.Space()));
            await CreateAsync(pods.SelectMany(pod => pod.Monitors()));
            foreach (var pod in pods.Where(pod => pod.Outcome != "NotSelected" && pod.Monitors().Any()))
                await mesh.Kubectl.RunAsync("wait", "--for=condition=Progressing=false", "kafkamonitor", "--all", "-n", pod.Namespace, "--timeout=60s");
            await CreateAsync(pods.Select(pod => pod.Pod()));

            foreach (var pod in pods)
                await CheckAsync(pod, await Kubectl.UntilAsync($"{pod.Namespace} runs", Deadline, () => PodAsync(pod), IsReady));
        }
        finally
        {
            await mesh.Kubectl.RunAsync(["delete", "namespace", .. pods.Select(pod => pod.Namespace), "--ignore-not-found", "--timeout=80s"]);
        }
    }

    private async Task CheckAsync(GoldenPod pod, JsonObject running)
    {
        var labels = running["metadata"]!["labels"];
        Assert.Equal(pod.Claim("reason"), (string?)labels?["kafkamesh.io/injection-skipped"]);
        if (pod.Outcome != "Injected")
        {
            var sent = pod.Pod();
            foreach (var list in new[] { "initContainers", "containers" })
                Assert.Equal(NamesOf(sent, list), NamesOf(running, list));
            Assert.Null(labels?["kafkamesh.io/monitor"]);
            return;
        }

        Assert.Equal(pod.Claim("initContainers") ?? "", NamesOf(running, "initContainers"));
        Assert.Equal(pod.Claim("containers"), NamesOf(running, "containers"));
        var status = JsonNode.Parse((string)running["metadata"]!["annotations"]!["kafkamesh.io/status"]!)!;
        var figures = await mesh.Kubectl.RunAsync("get", "--raw", $"/api/v1/namespaces/{pod.Namespace}/pods/golden:{status["ports"]!["admin"]}/proxy/metrics");
        Assert.Contains("kafkamesh_build_info", figures, StringComparison.Ordinal);
    }

    private Task CreateAsync(IEnumerable<JsonObject> objects) =>
        mesh.ApplyAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects]) }.ToJsonString());

    private async Task<JsonObject> PodAsync(GoldenPod pod) => (await mesh.Kubectl.GetAsync("pod", "golden", pod.Namespace))!;

    private static bool IsReady(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Any(condition => (string?)condition!["type"] == "Ready" && (string?)condition["status"] == "True") == true;

    private static string NamesOf(JsonObject pod, string list) => string.Join(' ', (pod["spec"]![list] as JsonArray ?? []).Select(container => (string?)container!["name"]));
}
