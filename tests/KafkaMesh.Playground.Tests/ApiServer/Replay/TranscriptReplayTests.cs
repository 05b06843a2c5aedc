using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>
/// Replays everything that was recorded from a real Kubernetes 1.36 and compares status, headers, body or events, and what webhooks were asked.
/// What differs must stand in testdata/replay/differences.json with its reason; what stands there and does not differ fails too.
/// </summary>
public sealed class TranscriptReplayTests(ITestOutputHelper output)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Every file in the folder.</summary>
    public static TheoryData<string> Transcripts => [.. Transcript.Names()];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public async Task Transcript_Replayed_AnswersAsRecorded(string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var webhooks = name.StartsWith("admission-", StringComparison.Ordinal) ? await RecordedWebhooks.StartAsync(cancel) : null;
        var transcript = Transcript.Read(name, webhooks is null ? text => text : webhooks.Adapt);
        var excuses = new Excuses(name, Excused());
        await using var session = await ReplaySession.StartAsync(transcript, Setup(name), webhooks, cancel);
        var acts = Read<RecorderAct>("recorder.json", webhooks is null ? text => text : webhooks.Adapt).Where(act => act.File == name).ToList();
        var answers = new Dictionary<int, IReadOnlyList<string>>();
        foreach (var step in transcript.Steps)
        {
            foreach (var act in acts.Where(act => act.Before == step.Line))
            {
                await session.DoAsync(act, cancel);
            }

            if (step.Label.Contains("after compaction", StringComparison.Ordinal))
            {
                await session.CompactAsync(cancel);
            }

            if (Degradation.Reaching(step) is { IsRequestLeftOut: false } reaching && !excuses.AreLeftOut(step))
            {
                answers[step.Line] = await session.RunAsync(reaching, cancel);
            }

            if (name == "raw-printer-columns" && step is { Method: "PATCH", Status: 200 })
            {
                await session.ApplyForGoodAsync(step, cancel);
            }
        }

        await foreach (var (step, differences) in session.FinishWatchesAsync())
        {
            answers[step.Line] = differences;
        }

        var failures = transcript.Steps.SelectMany(step => excuses.Judge(step, answers.GetValueOrDefault(step.Line))).Concat(excuses.Unneeded()).ToList();
        output.WriteLine(excuses.Summary(transcript.Steps.Count));
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void Differences_Listed_SpeakOfRecordedRequests()
    {
        var transcripts = Transcript.Names().Select(Transcript.Read).ToList();
        Assert.All(Excused(), excuse =>
        {
            Assert.True(excuse.Why.Length > 20, $"the reason \"{excuse.Why}\" says too little");
            Assert.True(excuse.Skip || excuse.Paths is { Count: > 0 }, $"\"{excuse.Why}\" does not say what differs");
            Assert.All(excuse.At, at => Assert.All(at.Value, line => Assert.Contains(transcripts.Find(t => t.Name == at.Key)?.Steps ?? [], step => step.Line == line)));
        });
        Assert.All(Read<RecorderAct>("recorder.json"), act => Assert.Contains(transcripts, t => t.Name == act.File && t.Steps.Any(step => step.Line == act.Before)));
    }

    private static List<AllowedDifference> Excused() => Read<AllowedDifference>("differences.json");

    private static List<T> Read<T>(string file, Func<string, string>? adapt = null) => JsonSerializer.Deserialize<List<T>>((adapt ?? (text => text))(File.ReadAllText(TestData(file))), Options)!;

    private static List<JsonObject> Setup(string name)
    {
        var all = JsonNode.Parse(File.ReadAllText(TestData("setup.json")))!;
        return [.. (all[name] as JsonArray ?? []).Select(obj => (JsonObject)obj!.DeepClone())];
    }

    private static string TestData(string file) => Path.Combine(AppContext.BaseDirectory, "testdata", "replay", file);
}
