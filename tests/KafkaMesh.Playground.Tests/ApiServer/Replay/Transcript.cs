using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A recorded conversation with a real API server (tests/testdata/kube-transcripts).</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Steps">The requests in order.</param>
internal sealed record Transcript(string Name, IReadOnlyList<TranscriptStep> Steps)
{
    private const string ConfigurationNote = "webhook configuration: ";

    /// <summary>How requests are written: as the recorder wrote them.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The names of all transcripts in the folder.</summary>
    public static IEnumerable<string> Names() => Directory.GetFiles(Folder(), "*.jsonl").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    /// <summary>Reads a transcript.</summary>
    public static Transcript Read(string name) => Read(name, text => text);

    /// <summary>Reads a transcript whose lines are adapted first, for instance to the port of a webhook.</summary>
    public static Transcript Read(string name, Func<string, string> adapt)
    {
        var steps = new List<TranscriptStep>();
        string label = "", configuration = "";
        var line = 0;
        foreach (var text in File.ReadLines(PathOf(name)))
        {
            line++;
            var entry = (JsonObject)JsonNode.Parse(adapt(text))!;
            label = entry["step"]?.GetValue<string>() ?? label;
            configuration = entry["note"]?.GetValue<string>() is { } note && note.StartsWith(ConfigurationNote, StringComparison.Ordinal) ? note[ConfigurationNote.Length..] : configuration;
            if (entry.ContainsKey("webhook") && steps[^1].Label == label)
            {
                // Under another label it belongs to a controller's request, which is not recorded.
                RecordedParts.RemoveForkArtefacts(entry);
                steps[^1].Calls.Add(entry);
            }

            if (entry["http"] is JsonObject request)
            {
                RecordedParts.RemoveForkArtefacts(entry);
                RecordedParts.RemoveRules(entry);
                ReadEvents((JsonObject)entry["response"]!);
                steps.Add(new TranscriptStep(line, label, request, (JsonObject)entry["response"]!) { Configuration = configuration.Length > 0 ? configuration : null });
                configuration = "";
            }
        }

        var isTerse = steps.TrueForAll(step => step.Response["headers"]?["Cache-Control"] is null);
        return new Transcript(name, [.. WithConfigurations(steps).Select(step => step with { IsTerse = isTerse })]);
    }

    // The recorder took the old form of a watch for a text.
    private static void ReadEvents(JsonObject response)
    {
        if (response["body"] is JsonValue body && body.ToString() is var text && text.StartsWith("{\"type\":", StringComparison.Ordinal))
        {
            response.Remove("body");
            response["events"] = new JsonArray([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]);
        }
    }

    // Where the recorder changed the path of its webhook without a note, the call shows it.
    private static List<TranscriptStep> WithConfigurations(List<TranscriptStep> steps)
    {
        var current = steps.Exists(step => step.Configuration is not null) ? "" : null;
        for (var i = 0; i < steps.Count && current is not null; i++)
        {
            var called = steps[i].Calls.FirstOrDefault()?["webhook"]!["url"]!.ToString().Split('?')[0];
            if (steps[i].Configuration is null && called is not null && !current.StartsWith($"path {called}", StringComparison.Ordinal))
            {
                steps[i] = steps[i] with { Configuration = $"path {called}" };
            }

            current = steps[i].Configuration ?? current;
        }

        return steps;
    }

    /// <summary>Whether a request of the transcript creates the object.</summary>
    public bool Creates(string kind, string name) => Steps.Any(step => step is { Method: "POST" or "PATCH", Status: 201 } && !step.Url.Contains("dryRun", StringComparison.Ordinal)
        && step.Response["body"] is JsonObject body && body["kind"]?.ToString() == kind && body["metadata"]?["name"]?.ToString() == name);

    /// <summary>The manifest with the given name from the first line of a transcript.</summary>
    public static string Manifest(string transcript, string file)
    {
        var header = JsonNode.Parse(File.ReadLines(PathOf(transcript)).First())!;
        return header["files"]![file]!.GetValue<string>();
    }

    /// <summary>The file of a transcript.</summary>
    public static string PathOf(string name) => Path.Combine(Folder(), $"{name}.jsonl");

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "tests", "testdata", "kube-transcripts");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("tests/testdata/kube-transcripts was not found above the test binaries.");
    }
}
