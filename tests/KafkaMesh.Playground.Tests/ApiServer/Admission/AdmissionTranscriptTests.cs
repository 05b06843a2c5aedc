using System.Text.Json.Nodes;
using KafkaMesh.Playground.Tests.ApiServer.Schema;

namespace KafkaMesh.Playground.Tests.ApiServer.Admission;

/// <summary>
/// Replays recordings in which a real API server called webhooks: which were called, in which order, with which review, and what the client saw.
/// </summary>
public sealed class AdmissionTranscriptTests
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

    [Fact]
    public Task Matching_Recorded_SameCallsAndAnswers() => ReplayAsync("admission-matching", keepsOthers: [9, 16], new()
    {
        [22] = "the recorder renamed the configurations before it without recording that",
        [26] = Cel,
        [28] = Cel,
        [30] = Cel,
        [33] = Cel,
        [35] = Cel,
        [37] = Cel,
        [39] = Cel,
        [41] = Cel,
        [43] = Cel,
        [45] = Cel,
        [47] = Cel,
        [85] = "webhooks are not asked about reviews, which are not stored",
        [65] = Validating,
        [67] = Validating,
        [69] = Validating,
        [73] = Validating,
        [76] = Validating,
    });

    [Fact]
    public Task Requests_Recorded_SameCallsAndAnswers() => ReplayAsync("admission-requests", keepsOthers: [], new()
    {
        [34] = Elsewhere,
        [35] = Elsewhere,
        [36] = Elsewhere,
        [37] = Elsewhere,
        [42] = Elsewhere,
        [44] = "the recorded namespace has a label that the recorder gave it before",
        [59] = "pods of controllers, which this server alone does not run",
        [69] = "kube-root-ca.crt is made by a controller, which this server alone does not run",
        [72] = "webhooks are not asked about bindings",
        [75] = "webhooks are not asked about CONNECT, and the recorded node is another one",
        [78] = "the pod was bound by the binding that is left out here, and the recorder deleted more than it recorded",
        [83] = "the recorded call belongs to a write that is not recorded",
        [86] = "the deleted object comes from a write that is not recorded",
        [89] = "the deployment comes from a write that is not recorded",
    });

    private const string Cel = "matchConditions are refused by name: there is no CEL here";
    private const string Validating = "validating webhooks are not served";
    private const string Elsewhere = "discovery and OpenAPI, which TranscriptReplayTests compares";

    private static async Task ReplayAsync(string name, int[] keepsOthers, Dictionary<int, string> known)
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        var transcript = Transcript.Load(name, line => line
            .Replace("127.0.0.1:28443", webhook.Authority, StringComparison.Ordinal).Replace("<ca-bundle>", webhook.CaBundle, StringComparison.Ordinal));
        foreach (var line in transcript.Lines)
        {
            Replay.RecordedParts.RemoveScheduler(line);
        }

        await replay.CreateAsync("/api/v1/namespaces/kube-system/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}""");
        var differences = new List<string>();
        var compared = 0;
        for (var line = 1; line <= transcript.Lines.Count; line++)
        {
            if (!transcript.Lines[line - 1].ContainsKey("http") || known.ContainsKey(line))
            {
                continue;
            }

            var (request, _) = transcript.Exchange(line);
            if (request["method"]!.ToString() == "POST" && request["url"]!.ToString() == Configurations && !keepsOthers.Contains(line))
            {
                await ForgetConfigurationsAsync(replay);
            }
            else if (keepsOthers.Contains(line))
            {
                await replay.DeleteIfAnyAsync($"{Configurations}/{request["body"]!["metadata"]!["name"]}");
            }

            var calls = transcript.Lines.Skip(line).TakeWhile(l => l.ContainsKey("webhook")).ToList();
            differences.AddRange(await CompareAsync(replay, webhook, transcript, line, calls));
            compared++;
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences in {compared} exchanges:\n{string.Join('\n', differences)}");
        Assert.True(compared >= 12, $"only {compared} exchanges were compared");
    }

    private static async Task<List<string>> CompareAsync(TranscriptReplay replay, RecordedWebhook webhook, Transcript transcript, int line, List<JsonObject> calls)
    {
        webhook.Reviews.Clear();
        webhook.Paths.Clear();
        webhook.Answers.Clear();
        calls.ForEach(call => webhook.Answers.Enqueue((JsonObject)call["answer"]!.DeepClone()));
        var differences = new List<string> { await replay.CompareAsync(transcript, line) };
        var expected = calls.Select(call => call["webhook"]!["url"]!.ToString()).ToList();
        if (!expected.SequenceEqual(webhook.Paths))
        {
            differences.Add($"line {line}: called [{string.Join(' ', webhook.Paths)}], recorded [{string.Join(' ', expected)}]");
        }

        foreach (var (call, sent) in calls.Zip(webhook.Reviews))
        {
            var difference = replay.CompareReview(call["webhook"]!["body"]!, sent);
            differences.Add(difference.Length == 0 ? "" : $"line {line}, review: {difference}");
        }

        differences.RemoveAll(d => d.Length == 0);
        return differences;
    }

    // The recorder removed the configurations of the case before without recording that.
    private static async Task ForgetConfigurationsAsync(TranscriptReplay replay)
    {
        foreach (var name in new[] { "a", "b", "m", "inject" })
        {
            await replay.DeleteIfAnyAsync($"{Configurations}/{name}");
        }
    }
}
