using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Schema;

/// <summary>Holds policy (schemas, patches, defaults, validation) against what a real Kubernetes 1.36 answered.</summary>
public sealed class TranscriptTests
{
    private const string Monitor = """{"apiVersion":"kafkamesh.io/v1alpha1","kind":"KafkaMonitor","metadata":{"name":"m1"},"spec":{"selector":{"matchLabels":{"app":"a"}}}}""";
    private const string Monitors = "/apis/kafkamesh.io/v1alpha1/namespaces/demo/kafkamonitors";

    [Fact]
    public async Task CustomResources_Recorded_SameAnswers()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await AssertAsync(replay, "raw-cr", Enumerable.Range(3, 71), new() { [71] = "the body is refused by the decoder already, with a sentence of its own" });
    }

    [Fact]
    public async Task Errors_Recorded_SameAnswers()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        var created = await replay.CreateAsync(Monitors, Monitor);
        var labelled = await replay.MergeAsync($"{Monitors}/m1", """{"metadata":{"labels":{"z":"1795338778800506739"}}}""");
        replay.Know("<uid-1>", created["metadata"]!["uid"]);
        replay.Know("<rv-1>", created["metadata"]!["resourceVersion"]);
        replay.Know("<rv-2>", labelled["metadata"]!["resourceVersion"]);
        await replay.CreateAsync("/api/v1/namespaces/demo/configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cm-1"},"data":{"a":"1"}}""");
        await replay.CreateAsync("/api/v1/namespaces/demo/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p1","labels":{"app":"p"}},"spec":{"containers":[{"name":"c","image":"x"}]}}""");
        await AssertAsync(replay, "raw-errors", Enumerable.Range(3, 247), new()
        {
            [133] = "a CEL rule, which the playground refuses by name",
            [135] = "a CEL rule, which the playground refuses by name",
            [141] = "a CEL rule, which the playground refuses by name",
            [143] = "a real server repeats the same cause",
            [149] = "a real server appends a diff of its Go structs",
            [177] = "the recording shows the parsed body, in which the repeated key is gone",
            [179] = "the recording shows the parsed body, in which the repeated key is gone",
            [181] = "the text holds the whole object, whose keys a real server sorts",
            [187] = "componentstatuses are not served",
            [215] = "discovery, no matter of policy",
            [241] = "a scheduler had bound the recorded pod",
            [243] = "a scheduler had bound the recorded pod",
        }, isForgotten: true);
    }

    [Fact]
    public async Task Pods_Recorded_SameAnswers()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await replay.CreateAsync("/api/v1/namespaces/demo/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p1","labels":{"app":"p"}},"spec":{"containers":[{"name":"c","image":"x"}]}}""");
        await AssertAsync(replay, "raw-pod", [3, 5, 39, 41, 43, 51], []);
    }

    [Fact]
    public async Task WebhookConfigurations_Recorded_SameAnswers()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await AssertAsync(replay, "admission-config", Enumerable.Range(3, 61), new()
        {
            [49] = "matchConditions are refused by name: there is no CEL here",
            [51] = "matchConditions are refused by name: there is no CEL here",
            [53] = "matchConditions are refused by name: there is no CEL here",
        });
    }

    private static async Task AssertAsync(TranscriptReplay replay, string name, IEnumerable<int> lines, Dictionary<int, string> known, bool isForgotten = false)
    {
        var transcript = Transcript.Load(name);
        var differences = new List<string>();
        foreach (var line in lines.Where(l => l <= transcript.Lines.Count && transcript.Lines[l - 1].ContainsKey("http")))
        {
            if (known.ContainsKey(line))
            {
                continue;
            }

            var difference = await replay.CompareAsync(transcript, line);
            if (difference.Length > 0)
            {
                differences.Add(difference);
            }

            await ForgetAsync(replay, transcript, line, isForgotten);
        }

        Assert.True(differences.Count == 0, $"{differences.Count} answers differ:\n{string.Join('\n', differences)}");
    }

    // Objects of this recording were deleted between the steps, except those that later steps use.
    private static async Task ForgetAsync(TranscriptReplay replay, Transcript transcript, int line, bool isForgotten)
    {
        var (request, response) = transcript.Exchange(line);
        var url = request["url"]!.ToString();
        var name = (response["body"] as JsonObject)?["metadata"]?["name"]?.ToString();
        if (isForgotten && request["method"]!.ToString() == "POST" && response["status"]!.GetValue<int>() == 201 && name is not (null or "imm" or "frozen")
            && !name.StartsWith("gen-", StringComparison.Ordinal) && !url.Contains("dryRun", StringComparison.Ordinal))
        {
            await replay.DeleteAsync($"{url.Split('?')[0]}/{name}");
        }
    }
}
