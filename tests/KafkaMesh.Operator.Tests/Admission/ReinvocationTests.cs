using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Admission;

/// <summary>
/// The API server calls webhooks in the order of their names, and with reinvocationPolicy IfNeeded again when a later one has
/// changed the pod: ours, then another injector's that puts its parts first, then ours again.
/// </summary>
public sealed class ReinvocationTests
{
    private const string IstioNative = """
        [{"op": "add", "path": "/metadata/annotations/sidecar.istio.io~1status", "value": "{}"},
         {"op": "add", "path": "/spec/initContainers/0", "value": {"name": "istio-proxy", "image": "istio/proxyv2:1", "restartPolicy": "Always"}},
         {"op": "add", "path": "/spec/initContainers/0", "value": {"name": "istio-init", "image": "istio/proxyv2:1"}},
         {"op": "add", "path": "/spec/volumes/0", "value": {"name": "istio-envoy", "emptyDir": {"medium": "Memory"}}}]
        """;

    private const string LinkerdClassic = """
        [{"op": "add", "path": "/spec/containers/0", "value": {"name": "linkerd-proxy", "image": "linkerd/proxy:1"}},
         {"op": "add", "path": "/spec/initContainers/-", "value": {"name": "linkerd-init", "image": "linkerd/proxy-init:1"}},
         {"op": "add", "path": "/spec/volumes/0", "value": {"name": "linkerd-identity-end-entity", "emptyDir": {"medium": "Memory"}}}]
        """;

    [Theory]
    [InlineData("bare-pod", IstioNative, "istio-init istio-proxy kafkamesh-init kafkamesh-proxy", "main")]
    [InlineData("native-before-app-init", IstioNative, "istio-init istio-proxy kafkamesh-init kafkamesh-proxy *", "main")]
    [InlineData("bare-pod", LinkerdClassic, "kafkamesh-init kafkamesh-proxy linkerd-init", "linkerd-proxy main")]
    [InlineData("mode-container", IstioNative, "istio-init istio-proxy kafkamesh-init", "kafkamesh-proxy main")]
    [InlineData("mode-container", LinkerdClassic, "kafkamesh-init linkerd-init", "linkerd-proxy kafkamesh-proxy main")]
    public void Decide_AfterAnotherInjectorPutItsPartsFirst_LeavesTheOrder(string name, string patch, string initContainers, string containers)
    {
        var test = PodCase.Load(name);
        var pod = test.Input["pod"]!.AsObject();
        var injected = Applied(pod, InjectionEngine.Decide(test.Request()).Patch);
        var others = Applied(injected, Operations(patch));

        var again = InjectionEngine.Decide(test.Request(others));

        Assert.Equal((InjectionOutcome.Unchanged, 0), (again.Outcome, again.Patch.Count));
        Assert.Equal(initContainers, NamesOf(others, "initContainers", initContainers.EndsWith('*') ? 4 : int.MaxValue));
        Assert.Equal(containers, NamesOf(others, "containers", int.MaxValue));

        // What goes is ours; the other's parts stay where they are.
        var without = Applied(others, InjectionEngine.Remove(others));
        var alone = Applied(WithLists(pod), Operations(patch));
        Assert.Equal(NamesOf(alone, "initContainers", int.MaxValue), NamesOf(without, "initContainers", int.MaxValue));
        Assert.Equal(NamesOf(alone, "containers", int.MaxValue), NamesOf(without, "containers", int.MaxValue));
    }

    [Fact]
    public void Decide_ChangedMonitorAfterAnotherInjector_PutsOursFirstAgain()
    {
        var test = PodCase.Load("bare-pod");
        var injected = Applied(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()).Patch);
        var others = Applied(injected, Operations(IstioNative));
        var request = test.Request(others);
        var changed = request with { Monitors = [.. request.Monitors.Select(m => m with { Spec = m.Spec with { Ports = [9093] } })] };

        var again = InjectionEngine.Decide(changed);

        var result = Applied(others, again.Patch);
        Assert.Equal("kafkamesh-init kafkamesh-proxy istio-init istio-proxy", NamesOf(result, "initContainers", int.MaxValue));
        Assert.Equal(InjectionOutcome.Unchanged, InjectionEngine.Decide(changed with { Pod = result }).Outcome);
    }

    [Fact]
    public void Decide_ProbesThatTheOtherInjectorTookOver_StayWithItAndAreAnswered()
    {
        // Istio lets its agent ask what a probe asked: here our sidecar, which must go on answering for the port.
        var test = PodCase.Load("inbound-tcp-probe");
        var injected = Applied(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()).Patch);
        var others = Applied(injected, Operations(IstioNative));
        var main = others["spec"]!["containers"]!.AsArray().Select(c => c!.AsObject()).First(c => c["readinessProbe"]?["httpGet"] is not null);
        main["readinessProbe"]!["httpGet"] = JsonNode.Parse("""{"path": "/app-health/main/readyz", "port": 15020}""");

        var again = InjectionEngine.Decide(test.Request(others));

        Assert.Equal((InjectionOutcome.Unchanged, 0), (again.Outcome, again.Patch.Count));
        var proxy = others["spec"]!["initContainers"]!.AsArray().Single(c => c!["name"]!.ToString() == WellKnownNames.ProxyContainer)!;
        Assert.Contains(proxy["env"]!.AsArray(), e => e!["name"]!.ToString() == "KAFKAMESH_PROBE_PORTS");
    }

    private static JsonObject WithLists(JsonObject pod)
    {
        var result = (JsonObject)pod.DeepClone();
        foreach (var list in (string[])["initContainers", "volumes"])
            result["spec"]![list] ??= new JsonArray();
        return result;
    }

    private static JsonPatchOperation[] Operations(string patch) =>
        [.. JsonNode.Parse(patch)!.AsArray().Select(o => new JsonPatchOperation(o!["op"]!.ToString(), o["path"]!.ToString(), o["value"]))];

    private static JsonObject Applied(JsonObject pod, IReadOnlyList<JsonPatchOperation> patch)
    {
        var result = (JsonObject)pod.DeepClone();
        Assert.Null(JsonPatch.Apply(result, patch));
        return (JsonObject)JsonNode.Parse(result.ToJsonString())!;
    }

    private static string NamesOf(JsonObject pod, string list, int most)
    {
        var names = (pod["spec"]![list] as JsonArray ?? []).Select(c => c!["name"]!.ToString()).ToList();
        return string.Join(' ', names.Take(most)) + (names.Count > most ? " *" : "");
    }
}
