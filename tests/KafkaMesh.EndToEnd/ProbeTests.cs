using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>Readiness tells the truth also behind the redirect.</summary>
public sealed class ProbeTests(InstalledMesh mesh)
{
    private const string Namespace = "kafkamesh-e2e-brokers";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact, Trait("Depends", "Kubernetes")]
    public async Task Broker_WithTcpProbeOfItsCapturedPort_IsReadyWhileItListensOnly()
    {
        var parts = Repository.TestData("probed-broker.yaml").Split("# pod\n");
        try
        {
            await mesh.ApplyAsync(parts[0]);
            await mesh.Kubectl.RunAsync("wait", "--for=condition=Progressing=false", "kafkamonitor/brokers", "-n", Namespace, "--timeout=180s");
            await mesh.ApplyAsync(parts[1]);

            // Everything runs, the sidecar listens behind the redirect, and nobody listens behind the sidecar.
            await Kubectl.UntilAsync("the probe fails", Deadline, EventsAsync, events => events.Contains("Readiness probe failed: HTTP probe failed with statuscode: 503", StringComparison.Ordinal));
            var pod = await PodAsync();
            var probed = pod["spec"]!["containers"]!.AsArray().Single(c => (string?)c!["name"] == "broker");
            Assert.Equal("/probe/tcp?port=9092", (string?)probed!["readinessProbe"]!["httpGet"]!["path"]);
            Assert.Equal("False", Ready(pod));

            await Kubectl.UntilAsync("the gate can be opened", Deadline, PodAsync, GateIsReady);
            await GateAsync("open");
            await mesh.Kubectl.RunAsync("wait", "--for=condition=Ready", "pod/kafka", "-n", Namespace, "--timeout=180s");

            await GateAsync("close");
            await Kubectl.UntilAsync("the pod is unready again", Deadline, PodAsync, p => Ready(p) == "False");

            // What the sidecar dials is no traffic of the broker's clients.
            var figures = await mesh.Kubectl.RunAsync("get", "--raw", $"/api/v1/namespaces/{Namespace}/pods/kafka:4594/proxy/metrics");
            Assert.DoesNotContain(figures.Split('\n'), line => line.StartsWith("kafkamesh_connections_total{", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal));
        }
        finally
        {
            await mesh.Kubectl.RunAsync("delete", "namespace", Namespace, "--ignore-not-found", "--timeout=180s");
        }
    }

    private async Task<JsonObject> PodAsync() => (await mesh.Kubectl.GetAsync("pod", "kafka", Namespace))!;

    private Task<string> EventsAsync() => mesh.Kubectl.RunAsync("get", "events", "-n", Namespace, "-o", "jsonpath={.items[*].message}");

    private Task GateAsync(string order) => mesh.Kubectl.RunAsync("get", "--raw", $"/api/v1/namespaces/{Namespace}/pods/kafka:8000/proxy/{order}");

    private static bool GateIsReady(JsonObject pod) =>
        pod["status"]?["containerStatuses"]?.AsArray().Any(c => (string?)c!["name"] == "gate" && c["ready"]!.GetValue<bool>()) == true;

    private static string? Ready(JsonObject pod) =>
        (string?)pod["status"]?["conditions"]?.AsArray().FirstOrDefault(c => (string?)c!["type"] == "Ready")?["status"];
}
