using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Admission;

public sealed class InjectionEngineTests
{
    [Theory]
    [InlineData("deployment-native")]
    [InlineData("deployment-classic")]
    [InlineData("capture-none-restricted")]
    [InlineData("istio")]
    [InlineData("guaranteed")]
    public void Decide_ChangedMonitor_GivesWhatAFreshInjectionGives(string name)
    {
        var test = PodCase.Load(name);
        var pod = test.Input["pod"]!.AsObject();
        var before = test.Request();
        var injected = Applied(pod, InjectionEngine.Decide(before));
        var changed = Changed(before, spec => spec with { Ports = [9092, 9999], Sidecar = new SidecarSpec { LogLevel = "debug", Mode = spec.Sidecar?.Mode ?? "Auto" } });

        var again = InjectionEngine.Decide(changed with { Pod = injected });

        Assert.Equal(InjectionOutcome.Injected, again.Outcome);
        var fresh = Applied(pod, InjectionEngine.Decide(changed));
        AssertSame(fresh, Applied(injected, again));
    }

    [Fact]
    public void Decide_NativeClusterBecameOld_MovesTheSidecar()
    {
        var test = PodCase.Load("deployment-native");
        var injected = Applied(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()));

        var again = InjectionEngine.Decide(test.Request(injected) with { Cluster = new ClusterFacts(NativeSidecars: false) });

        var result = Applied(injected, again);
        Assert.Equal("kafkamesh-init", Assert.Single(result["spec"]!["initContainers"]!.AsArray())!["name"]!.ToString());
        Assert.Equal("kafkamesh-proxy", result["spec"]!["containers"]![0]!["name"]!.ToString());
    }

    [Theory]
    [InlineData("""{"path": "/spec/initContainers/1/resources/limits/cpu", "value": "500m"}""")]
    [InlineData("""{"path": "/spec/initContainers/1/terminationMessagePath", "value": "/dev/termination-log"}""")]
    [InlineData("""{"path": "/spec/initContainers/1/image", "value": "mirror.example/kafkamesh-proxy:v0.1.0"}""")]
    public void Decide_OthersAddedToOurContainer_LeavesItToThem(string addition)
    {
        // Built-in plug-ins run again after the webhook, and other webhooks mirror images.
        var test = PodCase.Load("deployment-native");
        var injected = Applied(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()));
        var operation = JsonNode.Parse(addition)!;
        Assert.Null(JsonPatch.Apply(injected, [new JsonPatchOperation("add", operation["path"]!.ToString(), operation["value"])]));

        var again = InjectionEngine.Decide(test.Request(injected));

        Assert.Equal(InjectionOutcome.Unchanged, again.Outcome);
        Assert.Empty(again.Patch);
    }

    [Fact]
    public void Decide_AnotherWebhookTookOurPort_MovesAway()
    {
        var test = PodCase.Load("deployment-native");
        var injected = Applied(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()));
        injected["spec"]!["containers"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["name"] = "late",
            ["image"] = "late:1",
            ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = WellKnownNames.AdminPort }),
        });

        var result = Applied(injected, InjectionEngine.Decide(test.Request(injected)));

        Assert.Equal(WellKnownNames.AdminPort + 1, result["spec"]!["initContainers"]![1]!["ports"]![0]!["containerPort"]!.GetValue<int>());
        Assert.Equal(2, result["spec"]!["initContainers"]!.AsArray().Count);
    }

    [Fact]
    public void Decide_InboundNoLongerCaptured_PutsTheProbeBack()
    {
        var test = PodCase.Load("inbound-tcp-probe");
        var pod = test.Input["pod"]!.AsObject();
        var injected = Applied(pod, InjectionEngine.Decide(test.Request()));

        var result = Applied(injected, InjectionEngine.Decide(Changed(test.Request(injected), spec => spec with { Direction = CaptureDirection.Outbound })));

        Assert.Equal(pod["spec"]!["containers"]!.ToJsonString(), result["spec"]!["containers"]!.ToJsonString());
    }

    [Fact]
    public void Decide_ProbeAddedToAnInjectedTemplate_IsRewrittenToo()
    {
        var test = PodCase.Load("inbound-tcp-probe");
        var injected = Applied(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()));
        injected["spec"]!["containers"]![0]!["livenessProbe"] = new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = 9092 } };

        var result = Applied(injected, InjectionEngine.Decide(test.Request(injected)));

        foreach (var probe in (string[])["livenessProbe", "readinessProbe"])
            Assert.Equal("/probe/tcp?port=9092", result["spec"]!["containers"]![0]![probe]!["httpGet"]!["path"]!.ToString());
        Assert.Empty(InjectionEngine.Decide(test.Request(result)).Patch);
    }

    [Fact]
    public void Decide_AnotherInjectorTookOurProbe_LeavesItToThem()
    {
        // Istio lets its agent ask for the application, and calls what we have put there.
        var test = PodCase.Load("inbound-tcp-probe");
        var injected = Applied(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()));
        injected["spec"]!["containers"]![0]!["readinessProbe"]!["httpGet"] = new JsonObject { ["path"] = "/app-health/main/readyz", ["port"] = 15020 };

        Assert.Equal(InjectionOutcome.Unchanged, InjectionEngine.Decide(test.Request(injected)).Outcome);
        Assert.DoesNotContain(InjectionEngine.Remove(injected), o => o.Path.Contains("readinessProbe", StringComparison.Ordinal));
    }

    [Fact]
    public void Decide_MoreProbesThanAnAnnotationShouldKeep_Skips()
    {
        var test = PodCase.Load("inbound-tcp-probe");
        var pod = (JsonObject)test.Input["pod"]!.DeepClone();
        for (var i = 0; i < 100; i++)
        {
            pod["spec"]!["containers"]!.AsArray().Add((JsonNode)new JsonObject
            {
                ["name"] = $"c{i}",
                ["image"] = "c:1",
                ["livenessProbe"] = new JsonObject { ["tcpSocket"] = new JsonObject { ["port"] = 9092, ["unknown"] = new string('x', 40) } },
            });
        }

        Assert.Equal(SkipReason.PortClash, InjectionEngine.Decide(test.Request(pod)).Reason);
    }

    [Theory]
    [InlineData("""{"hash":"x","ports":{"outbound":1,"inbound":2,"admin":3},"probes":{"main/readinessProbe":null,"main":{},"/x":{},"main/image":{"port":1},"main/readinessProbe/x":{}}}""")]
    [InlineData("""{"hash":"x","ports":{"outbound":1,"inbound":2,"admin":3},"probes":[1]}""")]
    public void Remove_ForgedProbes_TouchesNoProbe(string annotation)
    {
        var pod = (JsonObject)PodCase.Load("inbound-tcp-probe").Input["pod"]!.DeepClone();
        pod["spec"]!["containers"]![0]!["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/probe/tcp?port=9092", ["port"] = 4594 } };
        pod["metadata"]!["annotations"]![WellKnownNames.StatusAnnotation] = annotation;

        Assert.DoesNotContain(InjectionEngine.Remove(pod), o => o.Path.StartsWith("/spec", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"hash":"x","ports":null}""")]
    [InlineData("""[1]""")]
    public void Decide_ForgedStatusAnnotation_IsNoSidecarOfOurs(string annotation)
    {
        var test = PodCase.Load("foreign-container");
        var pod = (JsonObject)test.Input["pod"]!.DeepClone();
        pod["metadata"]!["annotations"]![WellKnownNames.StatusAnnotation] = annotation;

        var decision = InjectionEngine.Decide(test.Request(pod));

        Assert.Equal(SkipReason.Conflict, decision.Reason);
    }

    [Theory]
    [InlineData("""{"metadata":{"labels":"x"},"spec":{"containers":[]}}""")]
    [InlineData("""{"metadata":[],"spec":{"containers":[{"name":1}]}}""")]
    [InlineData("""{"metadata":{"labels":{"app":"orders"},"annotations":7},"spec":{"containers":{}}}""")]
    [InlineData("""{"metadata":{"labels":{"app":"orders"},"annotations":{"kafkamesh.io/inject":"enabled"}},"spec":{"initContainers":5,"containers":null}}""")]
    [InlineData("""{"spec":7}""")]
    [InlineData("{}")]
    public void Decide_MalformedPod_NeverAnswersAPatchThatFails(string json)
    {
        var pod = JsonNode.Parse(json)!.AsObject();
        var request = PodCase.Load("selector-mode").Request(pod);
        try
        {
            var decision = InjectionEngine.Decide(request);
            Assert.Null(JsonPatch.Apply((JsonObject)pod.DeepClone(), decision.Patch));
        }
        catch (InjectionException error)
        {
            // The webhook admits the pod as it came.
            Assert.NotEmpty(error.Message);
        }
    }

    [Fact]
    public void Decide_ImageThatIsNone_ThrowsRatherThanMakeThePodInvalid()
    {
        var request = Changed(PodCase.Load("deployment-native").Request(), spec => spec with { Sidecar = new SidecarSpec { Image = "two words " } });

        var error = Assert.Throws<InjectionException>(() => InjectionEngine.Decide(request));

        Assert.Contains("'two words '", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_MonitorOfAnotherNamespace_IsNotAsked()
    {
        var request = PodCase.Load("deployment-native").Request();
        var elsewhere = request.Monitors[0] with { Namespace = "other" };

        var decision = InjectionEngine.Decide(request with { Monitors = [elsewhere] });

        Assert.Equal(InjectionOutcome.NotSelected, decision.Outcome);
    }

    private static InjectionRequest Changed(InjectionRequest request, Func<KafkaMonitorSpec, KafkaMonitorSpec> change) =>
        request with { Monitors = [.. request.Monitors.Select(m => m with { Generation = 2, Spec = change(m.Spec) })] };

    private static JsonObject Applied(JsonObject pod, InjectionDecision decision)
    {
        var result = (JsonObject)pod.DeepClone();
        Assert.Null(JsonPatch.Apply(result, decision.Patch));
        return (JsonObject)JsonNode.Parse(result.ToJsonString())!;
    }

    // Order of properties aside.
    private static void AssertSame(JsonObject expected, JsonObject actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected:\n{expected}\nactual:\n{actual}");
}
