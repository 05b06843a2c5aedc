using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Admission;

/// <summary>Whatever a pod takes and a LimitRange of type Pod grants: a pod that would be admitted is never refused because of its sidecar.</summary>
public sealed class PodLimitFitTests
{
    private static readonly string[] s_cpu = ["5m", "100m", "500m", "1", "1500m"];
    private static readonly string[] s_memory = ["16Mi", "64Mi", "100M", "256Mi", "1Gi"];

    [Fact]
    public void Decide_AnyPodAndRange_NeverMakesAPodInadmissible()
    {
        var random = new Random(5);
        var outcomes = new Dictionary<InjectionOutcome, int>();
        var shrunk = 0;
        for (var i = 0; i < 5000; i++)
        {
            var (pod, range, native) = (AnyPod(random), AnyRange(random), random.Next(2) == 0);
            var request = PodCase.Load("deployment-native").Request(pod);
            request = request with
            {
                Cluster = new ClusterFacts(native),
                Namespace = request.Namespace with { Limits = NamespaceLimits.Of([range]) },
            };
            if (LimitRanger.Problems(pod, [range]).Count > 0)
                continue;

            var decision = InjectionEngine.Decide(request);

            var result = (JsonObject)pod.DeepClone();
            Assert.Null(JsonPatch.Apply(result, decision.Patch));
            Assert.True(LimitRanger.Problems(result, [range]).Count == 0, $"{string.Join(", ", LimitRanger.Problems(result, [range]))}\n{range.ToJsonString()}\n{result["spec"]!.ToJsonString()}");
            Assert.True(decision.Outcome == InjectionOutcome.Injected || decision.Reason == SkipReason.LimitRange, $"{decision.Outcome} {decision.Reason}");
            outcomes[decision.Outcome] = outcomes.GetValueOrDefault(decision.Outcome) + 1;
            shrunk += decision.Outcome == InjectionOutcome.Injected && !result["spec"]!.ToJsonString().Contains("\"128Mi\"", StringComparison.Ordinal) ? 1 : 0;
        }
        Assert.All([outcomes.GetValueOrDefault(InjectionOutcome.Injected), outcomes.GetValueOrDefault(InjectionOutcome.Skipped), shrunk], count => Assert.True(count > 50, $"{count} of a kind"));
    }

    private static JsonObject AnyPod(Random random)
    {
        var pod = (JsonObject)PodCase.Load("deployment-native").Input["pod"]!.DeepClone();
        pod["spec"] = new JsonObject
        {
            ["initContainers"] = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(i => (JsonNode)AnyContainer(random, $"init-{i}", random.Next(2) == 0))]),
            ["containers"] = new JsonArray([.. Enumerable.Range(0, random.Next(1, 3)).Select(i => (JsonNode)AnyContainer(random, $"main-{i}", isNative: false))]),
        };
        return pod;
    }

    private static JsonObject AnyContainer(Random random, string name, bool isNative)
    {
        var (requests, limits) = (new JsonObject(), new JsonObject());
        foreach (var (resource, amounts) in (ReadOnlySpan<(string, string[])>)[("cpu", s_cpu), ("memory", s_memory)])
        {
            var limit = random.Next(amounts.Length);
            if (random.Next(4) > 0)
                limits[resource] = amounts[limit];
            if (random.Next(4) > 0)
                requests[resource] = amounts[random.Next(3) == 0 ? limit : random.Next(limit + 1)];
        }
        var container = new JsonObject { ["name"] = name, ["image"] = "main:1", ["resources"] = new JsonObject { ["requests"] = requests, ["limits"] = limits } };
        if (isNative)
            container["restartPolicy"] = "Always";
        return container;
    }

    private static JsonObject AnyRange(Random random)
    {
        var item = new JsonObject { ["type"] = "Pod" };
        foreach (var (part, cpu, memory) in (ReadOnlySpan<(string, string[], string[])>)[
            ("min", ["10m", "300m"], ["128Mi", "300Mi"]), ("max", ["1", "1600m", "3"], ["300Mi", "700Mi", "2Gi"]), ("maxLimitRequestRatio", ["1", "1.5", "3"], ["1", "1.7", "4"])])
        {
            var amounts = new JsonObject();
            if (random.Next(3) == 0)
                amounts["cpu"] = cpu[random.Next(cpu.Length)];
            if (random.Next(3) == 0)
                amounts["memory"] = memory[random.Next(memory.Length)];
            if (amounts.Count > 0)
                item[part] = amounts;
        }
        return new JsonObject { ["spec"] = new JsonObject { ["limits"] = new JsonArray(item) } };
    }
}
