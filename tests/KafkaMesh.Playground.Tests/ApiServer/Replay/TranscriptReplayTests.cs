using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>
/// Replays what was recorded from a real Kubernetes 1.36 and compares status, body and warnings of every answer. A step that differs must
/// stand in testdata/replay/differences.json with its reason; one that stands there and is equal fails too, so that the list stays true.
/// </summary>
public sealed class TranscriptReplayTests(ITestOutputHelper output)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData("raw-cr")]
    [InlineData("raw-errors")]
    [InlineData("raw-list")]
    [InlineData("raw-watch")]
    [InlineData("raw-delete")]
    [InlineData("raw-discovery")]
    [InlineData("raw-printer-columns")]
    [InlineData("raw-lease-events")]
    [InlineData("raw-pod")]
    [InlineData("raw-expired")]
    [InlineData("raw-auth")]
    [InlineData("kubectl-1.36-discovery")]
    [InlineData("kubectl-1.36-apply")]
    [InlineData("kubectl-1.36-get")]
    [InlineData("kubectl-1.36-patch")]
    [InlineData("kubectl-1.36-ssa")]
    [InlineData("kubectl-1.32-apply")]
    [InlineData("kubectl-1.32-get")]
    [InlineData("kubectl-1.32-patch")]
    [InlineData("kubectl-1.32-ssa")]
    [InlineData("kubectl-1.20-apply")]
    [InlineData("kubectl-1.20-get")]
    [InlineData("kubectl-1.20-patch")]
    [InlineData("kubectl-1.20-ssa")]
    public async Task Transcript_Replayed_AnswersAsRecorded(string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        var transcript = Transcript.Read(name);
        var allowed = Allowed();
        await using var session = await ReplaySession.StartAsync(transcript, Setup(name), cancel);
        var answers = new Dictionary<TranscriptStep, IReadOnlyList<string>>();
        foreach (var step in transcript.Steps)
        {
            if (allowed.Any(a => a.Skip && a.IsFor(name, step)))
            {
                continue;
            }

            if (step.Label.Contains("after compaction", StringComparison.Ordinal))
            {
                await session.CompactAsync(cancel);
            }

            answers.Add(step, await session.RunAsync(step, cancel));
            if (name == "raw-printer-columns" && step is { Method: "PATCH", Status: 200 })
            {
                await session.ApplyForGoodAsync(step, cancel);
            }
        }

        await foreach (var (step, differences) in session.FinishWatchesAsync())
        {
            answers[step] = differences;
        }

        var unexpected = answers.Select(a => Judge(name, a.Key, a.Value, [.. allowed.Where(entry => entry.IsFor(name, a.Key))])).Where(text => text.Length > 0).ToList();
        output.WriteLine($"{name}: {answers.Values.Count(d => d.Count == 0)} of {transcript.Steps.Count} steps equal");
        Assert.True(unexpected.Count == 0, string.Join("\n", unexpected));
    }

    private static string Judge(string name, TranscriptStep step, IReadOnlyList<string> differences, List<AllowedDifference> allowed)
    {
        var title = $"{name}:{step.Line} {step.Label}: {step.Method} {step.Url}";
        if (differences.Count == 0)
        {
            return allowed.Any(a => a.Lines is not null) ? $"{title}: listed as different, but it is equal: take it off the list" : "";
        }

        var unlisted = differences.Where(d => !allowed.Any(a => a.Covers(d))).ToList();
        return unlisted.Count == 0 ? "" : $"{title}\n    {string.Join("\n    ", unlisted.Take(4))}";
    }

    private static List<AllowedDifference> Allowed()
    {
        var all = JsonSerializer.Deserialize<List<AllowedDifference>>(File.ReadAllText(TestData("differences.json")), Options)!;
        Assert.All(all, difference => Assert.True(difference.Why.Length > 20, $"{difference.File} {difference.Url}{difference.Lines?[0]}: the reason is missing"));
        return all;
    }

    private static List<JsonObject> Setup(string name)
    {
        var all = JsonNode.Parse(File.ReadAllText(TestData("setup.json")))!;
        return [.. (all[name] as JsonArray ?? []).Select(obj => (JsonObject)obj!.DeepClone())];
    }

    private static string TestData(string file) => Path.Combine(AppContext.BaseDirectory, "testdata", "replay", file);
}
