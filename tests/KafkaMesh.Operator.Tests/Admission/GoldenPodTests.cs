using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Admission;

/// <summary>Golden pods: what the header of each file claims is checked apart from the recorded patch.</summary>
public sealed class GoldenPodTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Cases() => [.. PodCase.Names()];

    [Theory, MemberData(nameof(Cases))]
    public void Decide_GoldenPod_HoldsWhatTheHeaderClaims(string name)
    {
        var test = PodCase.Load(name);
        var decision = InjectionEngine.Decide(test.Request());
        var result = Apply(test.Input["pod"]!.AsObject(), decision);

        Assert.Empty(Unclaimed(test, decision, result));
        foreach (var (claim, value) in test.Claims)
            Check(test, decision, result, claim, value);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Decide_GoldenPod_AnswersTheRecordedPatch(string name)
    {
        var test = PodCase.Load(name);
        var text = JsonNode.Parse(InjectionEngine.Decide(test.Request()).PatchDocument())!.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("KMESH_TEST_WRITE_GOLDEN") == "1")
            File.WriteAllText(test.Path, $"{test.Head}--- patch\n{text}");
        else
            Assert.Equal(test.Golden, text);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Decide_OwnResult_ChangesNothing(string name)
    {
        var test = PodCase.Load(name);
        var once = Apply(test.Input["pod"]!.AsObject(), InjectionEngine.Decide(test.Request()));

        var again = InjectionEngine.Decide(test.Request(once));

        Assert.Empty(again.Patch);
        Assert.NotEqual(InjectionOutcome.Injected, again.Outcome);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Decide_GoldenPod_KeepsEverythingThatIsNotOurs(string name)
    {
        var test = PodCase.Load(name);
        var pod = test.Input["pod"]!.AsObject();
        var before = pod.ToJsonString();

        var result = Apply(pod, InjectionEngine.Decide(test.Request()));

        Assert.Equal(before, pod.ToJsonString());
        Assert.Equal(WithoutOurs(pod).ToJsonString(), WithoutOurs(result).ToJsonString());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Remove_InjectedPod_RestoresTheOriginal(string name)
    {
        var test = PodCase.Load(name);
        var pod = test.Input["pod"]!.AsObject();

        var injected = Apply(pod, InjectionEngine.Decide(test.Request()));
        var restored = Applied(injected, InjectionEngine.Remove(injected));

        // A pod that came with an injection has its original without it.
        var original = Applied(pod, InjectionEngine.Remove(pod));
        Assert.Equal(original.ToJsonString(), restored.ToJsonString());
        if (InjectionEngine.Remove(pod).Count == 0)
            Assert.Equal(pod.ToJsonString(), restored.ToJsonString());
        Assert.Empty(InjectionEngine.Remove(restored));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Remove_PodOfAnotherMonitor_RestoresTheOriginal(string name)
    {
        var test = PodCase.Load(name);
        var pod = test.Input["pod"]!.AsObject();
        var request = test.Request();
        var other = request with
        {
            Monitors = [.. request.Monitors.Select(m => m with { Name = "another", Spec = m.Spec with { Ports = [9092, 9999] } })],
            Cluster = request.Cluster with { NativeSidecars = !request.Cluster.NativeSidecars },
            Defaults = request.Defaults with { Version = "9.9.9", Image = "elsewhere/kafkamesh-proxy:v9" },
        };

        var first = Apply(pod, InjectionEngine.Decide(other));
        var second = Apply(first, InjectionEngine.Decide(request with { Pod = first }));

        // A changed monitor injects anew, and what it leaves is what a first injection by it leaves.
        if (InjectionEngine.Decide(request).Outcome == InjectionOutcome.Injected)
            Assert.True(JsonNode.DeepEquals(Apply(pod, InjectionEngine.Decide(request)), second), second.ToString());
        var original = Applied(pod, InjectionEngine.Remove(pod));
        Assert.True(JsonNode.DeepEquals(original, Applied(first, InjectionEngine.Remove(first))));
        Assert.True(JsonNode.DeepEquals(original, Applied(second, InjectionEngine.Remove(second))));
    }

    // Thousands of pods at once pass through API server and audit log; probes that are kept in the annotation come on top.
    [Theory, MemberData(nameof(Cases))]
    public void Decide_GoldenPod_AnswersAFewKibibytes(string name)
    {
        Assert.InRange(InjectionEngine.Decide(PodCase.Load(name).Request()).PatchDocument().Length, 0, 6 * 1024);
    }

    // What a header must say: of an injected pod the order of its containers and something that is as it was, of a skipped one why.
    private static IEnumerable<string> Unclaimed(PodCase test, InjectionDecision decision, JsonObject result)
    {
        string[] needed = decision.Outcome switch
        {
            InjectionOutcome.Injected when NamesOf(result, "initContainers").Length > 0 => ["outcome", "initContainers", "containers"],
            InjectionOutcome.Injected => ["outcome", "containers"],
            InjectionOutcome.Skipped => ["outcome", "reason"],
            _ => ["outcome"],
        };
        var claimed = test.Claims.Select(c => c.Key).ToHashSet();
        return decision.Outcome == InjectionOutcome.Injected && !claimed.Overlaps(["untouched", "absent"])
            ? needed.Append("untouched or absent").Where(c => !claimed.Contains(c))
            : needed.Where(c => !claimed.Contains(c));
    }

    private static JsonObject Applied(JsonObject pod, IReadOnlyList<JsonPatchOperation> patch)
    {
        var result = (JsonObject)pod.DeepClone();
        Assert.Null(JsonPatch.Apply(result, patch));
        return result;
    }

    private static void Check(PodCase test, InjectionDecision decision, JsonObject result, string claim, string value)
    {
        switch (claim)
        {
            case "outcome":
                Assert.Equal(value, decision.Outcome.ToString());
                if (value is "NotSelected" or "Unchanged")
                    Assert.Equal(test.Input["pod"]!.ToJsonString(), result.ToJsonString());
                if (value == "Skipped")
                    Assert.Equal(test.Input["pod"]!["spec"]!.ToJsonString(), result["spec"]!.ToJsonString());
                break;
            case "reason":
                Assert.Equal(value, decision.Reason);
                Assert.Equal(value, JsonPaths.Get(result, @"metadata.labels.kafkamesh\.io/injection-skipped")?.ToString());
                break;
            case "monitor":
                Assert.Equal(value, decision.Monitor);
                break;
            case "initContainers":
                Assert.Equal(value, NamesOf(result, "initContainers"));
                break;
            case "containers":
                Assert.Equal(value, NamesOf(result, "containers"));
                break;
            case "warning":
                Assert.Contains(value, Assert.Single(decision.Warnings), StringComparison.Ordinal);
                break;
            case "absent":
                Assert.Null(JsonPaths.Get(result, value));
                break;
            case "is":
                var equals = value.IndexOf(" = ", StringComparison.Ordinal);
                Assert.Equal(value[(equals + 3)..], JsonPaths.Get(result, value[..equals])?.ToJsonString().Trim('"'));
                break;
            case "untouched":
                Assert.NotNull(JsonPaths.Get(test.Input["pod"], value));
                Assert.Equal(JsonPaths.Get(test.Input["pod"], value)!.ToJsonString(), JsonPaths.Get(result, value)?.ToJsonString());
                break;
            case "limitRanges":
                Assert.Equal("respected", value);
                Assert.Empty(LimitRanger.Problems(result, test.LimitRanges));
                break;
            case "cluster" or "runs":
                // This pod is also created on an API server (AdmittedPodTests), or runs on a node (GoldenPodTests of the end-to-end suite).
                Assert.Equal("yes", value);
                break;
            default:
                Assert.Fail($"{test.Path}: nobody checks the claim '{claim}'");
                break;
        }
    }

    private static string NamesOf(JsonObject pod, string list) =>
        string.Join(' ', (pod["spec"]![list] as JsonArray ?? []).Select(c => c!["name"]!.ToString()));

    private static JsonObject Apply(JsonObject pod, InjectionDecision decision)
    {
        // As the API server sees it: through the text of the patch.
        var operations = JsonNode.Parse(decision.PatchDocument())!.AsArray()
            .Select(o => new JsonPatchOperation(o!["op"]!.ToString(), o["path"]!.ToString(), o["value"]));
        var result = (JsonObject)pod.DeepClone();
        Assert.Null(JsonPatch.Apply(result, operations));
        return result;
    }

    // The annotation says what stood in the place of what asks the sidecar.
    private static JsonObject WithoutRewrittenProbes(JsonObject pod)
    {
        var rest = (JsonObject)pod.DeepClone();
        var status = rest["metadata"]?["annotations"]?[WellKnownNames.StatusAnnotation]?.ToString() ?? "{}";
        foreach (var (name, socket) in JsonNode.Parse(status)!["probes"] as JsonObject ?? [])
        {
            var (container, probe) = (name.Split('/')[0], name.Split('/')[1]);
            var owner = ((string[])["initContainers", "containers"]).SelectMany(l => rest["spec"]![l] as JsonArray ?? []).Single(c => c!["name"]!.ToString() == container)!;
            var fields = owner[probe]!.AsObject();
            fields.SetAt(fields.IndexOf("httpGet"), "tcpSocket", socket!.DeepClone());
        }
        return rest;
    }

    private static JsonObject WithoutOurs(JsonObject pod)
    {
        var rest = WithoutRewrittenProbes(pod);
        var status = JsonNode.Parse(rest["metadata"]?["annotations"]?[WellKnownNames.StatusAnnotation]?.ToString() ?? "{}")!;
        var secrets = (status["pullSecrets"] as JsonArray ?? []).Select(s => s!.ToString()).ToHashSet();
        foreach (var list in (string[])["initContainers", "containers", "volumes", "imagePullSecrets"])
        {
            if (rest["spec"]?[list] is not JsonArray items)
                continue;
            foreach (var item in items.Where(i => i!["name"]!.ToString().StartsWith("kafkamesh-", StringComparison.Ordinal) || (list == "imagePullSecrets" && secrets.Contains(i!["name"]!.ToString()))).ToList())
                items.Remove(item);
            if (items.Count == 0)
                rest["spec"]!.AsObject().Remove(list);
        }
        foreach (var map in (string[])["labels", "annotations"])
        {
            if (rest["metadata"]?[map] is not JsonObject entries)
                continue;
            foreach (var key in (string[])[WellKnownNames.MonitorLabel, WellKnownNames.SkippedLabel, WellKnownNames.StatusAnnotation,
                "kubectl.kubernetes.io/default-container", "kubectl.kubernetes.io/default-logs-container"])
            {
                entries.Remove(key);
            }
            if (entries.Count == 0)
                rest["metadata"]!.AsObject().Remove(map);
        }
        return rest;
    }
}
