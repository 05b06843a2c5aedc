using System.Text.Json.Nodes;
using KafkaMesh.Playground.Tests.ApiServer.Schema;

namespace KafkaMesh.Playground.Tests.ApiServer.Admission;

/// <summary>Gives the API server the answers of recorded webhooks and compares what clients see.</summary>
public sealed class MutatingWebhooksTests
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private const string Recorded = "127.0.0.1:28443";

    [Fact]
    public async Task Answers_Recorded_SameAsRealServer()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        var transcript = Transcript.Load("admission-responses", line => line.Replace(Recorded, webhook.Authority, StringComparison.Ordinal));
        var differences = new List<string>();
        var compared = 0;
        for (var line = 4; line <= 220; line++)
        {
            var isExchange = transcript.Lines[line - 1].ContainsKey("http") && transcript.Lines[line].ContainsKey("webhook");
            var label = transcript.Lines[line - 2]["step"]?.ToString() ?? "";

            // Redirects are not followed; how many warnings fit into an answer is the response writer's rule; the recorded patch of
            // dupcontainer names a volume of the recorded pod.
            if (!isExchange || label is "http302" or "warnmany" or "dupcontainer" || label.StartsWith("extrafield", StringComparison.Ordinal))
            {
                continue;
            }

            var recordedCall = transcript.Lines[line];
            Prepare(webhook, label, recordedCall);
            await ConfigureAsync(replay, webhook, recordedCall["webhook"]!["url"]!.ToString().Split('?')[0], label);
            differences.Add(await replay.CompareAsync(transcript, line));
            compared++;
        }

        differences.RemoveAll(d => d.Length == 0);
        Assert.True(differences.Count == 0, $"{differences.Count} of {compared} answers differ:\n{string.Join('\n', differences)}");
        Assert.True(compared > 40, $"only {compared} answers were compared");
    }

    [Fact]
    public async Task Review_OfPod_HasWhatRealServerSends()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        var transcript = Transcript.Load("admission-requests");
        Prepare(webhook, "allow", transcript.Lines[5]);
        webhook.Answer!["body"]!["response"]!.AsObject().Remove("patch");
        webhook.Answer!["body"]!["response"]!.AsObject().Remove("patchType");
        await ConfigureAsync(replay, webhook, "/inject", "");
        await replay.CreateAsync("/api/v1/namespaces/demo/pods", transcript.Exchange(5).Request["body"]!.ToJsonString());

        var sent = webhook.Reviews.Single()["request"]!.AsObject();
        var recorded = transcript.Lines[5]["webhook"]!["body"]!["request"]!.AsObject();
        Assert.Equal(recorded.Select(p => p.Key), sent.Select(p => p.Key));
        Assert.Equal(recorded["object"]!.AsObject().Select(p => p.Key), sent["object"]!.AsObject().Select(p => p.Key));
        Assert.Equal(recorded["object"]!["metadata"]!.AsObject().Select(p => p.Key), sent["object"]!["metadata"]!.AsObject().Select(p => p.Key));
        Assert.Equal(recorded["object"]!["spec"]!.AsObject().Select(p => p.Key), sent["object"]!["spec"]!.AsObject().Select(p => p.Key));
        Assert.True(JsonNode.DeepEquals(recorded["object"]!["metadata"]!["managedFields"]![0]!["fieldsV1"], sent["object"]!["metadata"]!["managedFields"]![0]!["fieldsV1"]));
        Assert.True(JsonNode.DeepEquals(recorded["options"], sent["options"]));
    }

    [Fact]
    public async Task IfNeeded_OwnPatchFollowedByPlugins_CalledTwice()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        var transcript = Transcript.Load("admission-responses");
        Prepare(webhook, "inject", transcript.Lines[8]);
        await ConfigureAsync(replay, webhook, "/inject", "", """ "reinvocationPolicy":"IfNeeded", """);
        await replay.CreateAsync("/api/v1/namespaces/demo/pods", transcript.Exchange(8).Request["body"]!.ToJsonString());

        Assert.Equal(2, webhook.Reviews.Count);
        var mounts = webhook.Reviews[1]["request"]!["object"]!["spec"]!["initContainers"]![0]!["volumeMounts"]!.AsArray();
        Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount", mounts.Single()!["mountPath"]!.ToString());
    }

    [Theory]
    [InlineData("Fail", 11)]
    [InlineData("Ignore", 21)]
    public async Task WrongCaBundle_FollowsFailurePolicy(string policy, int recorded)
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        await using var other = await RecordedWebhook.StartAsync();
        await ConfigureAsync(replay, webhook, "/inject", policy, caBundle: other.CaBundle);
        Assert.Equal("", await replay.CompareAsync(Transport(webhook.Authority), recorded));
        Assert.Empty(webhook.Reviews);
    }

    [Theory]
    [InlineData("Fail", 7)]
    [InlineData("Ignore", 17)]
    public async Task SlowAnswer_FollowsFailurePolicy(string policy, int recorded)
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        webhook.IsSlow = true;
        await ConfigureAsync(replay, webhook, "/slow", policy, seconds: 1);
        Assert.Equal("", await replay.CompareAsync(Transport(webhook.Authority), recorded));
        Assert.Equal("/slow?timeout=1s", Assert.Single(webhook.Paths));
    }

    [Theory]
    [InlineData("Fail", 4)]
    [InlineData("Ignore", 14)]
    public async Task DeadEndpoint_FollowsFailurePolicy(string policy, int recorded)
    {
        await using var replay = await TranscriptReplay.StartAsync();
        var webhook = await RecordedWebhook.StartAsync();
        await ConfigureAsync(replay, webhook, "/inject", policy);
        await webhook.DisposeAsync();
        Assert.Equal("", await replay.CompareAsync(Transport(webhook.Authority), recorded));
    }

    [Fact]
    public async Task NoCaBundle_Fail_TheMachinesAuthoritiesAreNotTrusted()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        await ConfigureAsync(replay, webhook, "/inject", "Fail", client: $$"""{"url":"https://{{webhook.Authority}}/inject"}""");
        Assert.Equal("", await replay.CompareAsync(Transport(webhook.Authority), 36));
    }

    [Fact]
    public async Task ServiceWithoutThePort_Fail_RefusedWithGoText()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        await replay.CreateAsync("/api/v1/namespaces/demo/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"injector"},"spec":{"ports":[{"port":443}]}}""");
        await ConfigureAsync(replay, webhook, "/inject", "Fail", client: """{"service":{"namespace":"demo","name":"injector","path":"/inject","port":8443}}""");
        Assert.Equal("", await replay.CompareAsync(Transport(webhook.Authority), 48));
    }

    [Fact]
    public async Task MissingService_Fail_RefusedWithGoText()
    {
        await using var replay = await TranscriptReplay.StartAsync();
        await using var webhook = await RecordedWebhook.StartAsync();
        var client = """{"service":{"namespace":"demo","name":"injector","path":"/inject"}}""";
        await ConfigureAsync(replay, webhook, "/inject", "", client: client);
        Assert.Equal("", await replay.CompareAsync(Transcript.Load("admission-transport"), 42));
    }

    // The recorded webhook listened on one port; nobody on the other.
    private static Transcript Transport(string authority) => Transcript.Load("admission-transport", line => line
        .Replace(Recorded, authority, StringComparison.Ordinal).Replace("127.0.0.1:28499", authority, StringComparison.Ordinal));

    private static void Prepare(RecordedWebhook webhook, string label, JsonObject recordedCall)
    {
        webhook.IsSlow = label.StartsWith("slow", StringComparison.Ordinal);
        webhook.ContentType = label == "textplain" ? "text/plain" : "application/json";
        webhook.Answer = label.StartsWith("close", StringComparison.Ordinal) ? null : recordedCall["answer"]?.DeepClone() as JsonObject;
    }

    private static async Task ConfigureAsync(
        TranscriptReplay replay, RecordedWebhook webhook, string path, string label, string more = "", string? caBundle = null, string? client = null, int seconds = 2)
    {
        await replay.DeleteIfAnyAsync($"{Configurations}/one");
        var policy = label.Contains("Ignore", StringComparison.Ordinal) ? "Ignore" : "Fail";
        client ??= $$"""{"url":"https://{{webhook.Authority}}{{path}}","caBundle":"{{caBundle ?? webhook.CaBundle}}"}""";
        await replay.CreateAsync(Configurations, $$"""
            {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration","metadata":{"name":"one"},"webhooks":[{
              "name":"one.kafkamesh.io","clientConfig":{{client}},{{more}}
              "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"],"scope":"Namespaced"}],
              "admissionReviewVersions":["v1"],"sideEffects":"None","failurePolicy":"{{policy}}","timeoutSeconds":{{seconds}}}]}
            """);
    }
}
