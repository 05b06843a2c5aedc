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
    public async Task Transcript_Replayed_AnswersAsRecorded(string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        var transcript = Transcript.Read(name);
        var allowed = Allowed(name);
        await using var session = await ReplaySession.StartAsync(transcript, Setup(name), cancel);
        var unexpected = new List<string>();
        var equal = 0;
        foreach (var step in transcript.Steps)
        {
            if (allowed.GetValueOrDefault(step.Line) is { Skip: true })
            {
                continue;
            }

            if (step.Label.Contains("after compaction", StringComparison.Ordinal))
            {
                session.Compact();
            }

            var differences = await session.RunAsync(step, cancel);
            equal += differences.Count == 0 ? 1 : 0;
            if (differences.Count > 0 && !allowed.ContainsKey(step.Line))
            {
                unexpected.Add($"{name}:{step.Line} {step.Label}: {step.Method} {step.Url}\n    {string.Join("\n    ", differences.Take(4))}");
            }
            else if (differences.Count == 0 && allowed.ContainsKey(step.Line))
            {
                unexpected.Add($"{name}:{step.Line} {step.Label}: listed as different, but it is equal: take it off the list");
            }
        }

        output.WriteLine($"{name}: {equal} of {transcript.Steps.Count} steps equal, {allowed.Count} listed as different");
        Assert.True(unexpected.Count == 0, string.Join("\n", unexpected));
    }

    private static Dictionary<int, AllowedDifference> Allowed(string name)
    {
        var all = JsonSerializer.Deserialize<List<AllowedDifference>>(File.ReadAllText(TestData("differences.json")), Options)!;
        Assert.All(all, difference => Assert.True(difference.Why.Length > 20, $"{difference.File} {difference.Lines[0]}: the reason is missing"));
        return all.Where(d => d.File == name).SelectMany(d => d.Lines.Select(line => (line, d))).ToDictionary(p => p.line, p => p.d);
    }

    private static IEnumerable<JsonObject> Setup(string name)
    {
        var all = JsonNode.Parse(File.ReadAllText(TestData("setup.json")))!;
        return (all[name] as JsonArray ?? []).Select(obj => (JsonObject)obj!.DeepClone());
    }

    private static string TestData(string file) => Path.Combine(AppContext.BaseDirectory, "testdata", "replay", file);
}
