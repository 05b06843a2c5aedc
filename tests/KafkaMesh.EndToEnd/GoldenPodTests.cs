using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>
/// Golden pods of the operator's tests on a node: injected ones start with a sidecar that is ready, skipped and untouched ones start as they
/// would without KafkaMesh. All run at the same time.
/// </summary>
public sealed class GoldenPodTests(InstalledMesh mesh)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact, Trait("Depends", "Kubernetes")]
    public async Task Pods_WhateverTheirOutcome_RunAsTheirHeadersClaim()
    {
        var pods = GoldenPod.All.Where(CanRun).ToList();
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

    // A server without native sidecars makes ordinary init containers of them, which have to end before the pod goes on.
    private bool CanRun(GoldenPod pod)
    {
        if (mesh.Versions.HasNativeSidecars || !pod.HasNativeSidecars)
            return true;
        TestContext.Current.AddWarning($"left out: {pod.Namespace}, whose own init containers are native sidecars, which {mesh.Versions} does not run");
        return false;
    }

    private async Task CheckAsync(GoldenPod pod, JsonObject running)
    {
        var labels = running["metadata"]!["labels"];
        Assert.Equal(pod.Claim("reason"), (string?)labels?["kafkamesh.io/injection-skipped"]);
        if (pod.Outcome != "Injected")
        {
            Assert.Equal(ContainerNames.Of(pod.Pod()), ContainerNames.Of(running));
            Assert.Null(labels?["kafkamesh.io/monitor"]);
            return;
        }

        var claimed = new ContainerNames(pod.Claim("initContainers") ?? "", pod.Claim("containers") ?? "");
        Assert.Equal(claimed.On(mesh.Versions), ContainerNames.Of(running));
        var status = JsonNode.Parse((string)running["metadata"]!["annotations"]!["kafkamesh.io/status"]!)!;
        // A sidecar that is not native may start a moment later than the application, which is all that the pod's readiness is about.
        await Kubectl.UntilAsync(
            $"the sidecar in {pod.Namespace} answers",
            Deadline,
            () => mesh.Kubectl.InvokeAsync(null, "get", "--raw", $"/api/v1/namespaces/{pod.Namespace}/pods/golden:{status["ports"]!["admin"]}/proxy/metrics"),
            answer => answer.ExitCode == 0 && answer.Output.Contains("kafkamesh_build_info", StringComparison.Ordinal));
    }

    private Task CreateAsync(IEnumerable<JsonObject> objects) =>
        mesh.ApplyAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects]) }.ToJsonString());

    private async Task<JsonObject> PodAsync(GoldenPod pod) => (await mesh.Kubectl.GetAsync("pod", "golden", pod.Namespace))!;

    private static bool IsReady(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Any(condition => (string?)condition!["type"] == "Ready" && (string?)condition["status"] == "True") == true;
}
