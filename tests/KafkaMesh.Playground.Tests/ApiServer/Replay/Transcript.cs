using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A recorded conversation with a real API server (tests/testdata/kube-transcripts).</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Steps">The requests in order.</param>
internal sealed record Transcript(string Name, IReadOnlyList<TranscriptStep> Steps)
{
    /// <summary>Reads a transcript.</summary>
    public static Transcript Read(string name)
    {
        var steps = new List<TranscriptStep>();
        var label = "";
        var line = 0;
        foreach (var text in File.ReadLines(PathOf(name)))
        {
            line++;
            var entry = (JsonObject)JsonNode.Parse(text)!;
            label = entry["step"]?.GetValue<string>() ?? label;
            if (entry["http"] is JsonObject request)
            {
                RecordedParts.RemoveForkArtefacts(entry);
                if (name.StartsWith("kubectl-", StringComparison.Ordinal))
                {
                    RecordedParts.RemoveScheduler(entry);
                }

                steps.Add(new TranscriptStep(line, label, request, (JsonObject)entry["response"]!));
            }
        }

        return new Transcript(name, steps);
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
