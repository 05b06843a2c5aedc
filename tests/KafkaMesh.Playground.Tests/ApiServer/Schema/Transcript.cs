using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Schema;

/// <summary>A recorded conversation with a real Kubernetes 1.36 (kube-transcripts beside the repository).</summary>
internal sealed class Transcript
{
    private Transcript(IReadOnlyList<JsonObject> lines) => Lines = lines;

    /// <summary>The lines; the first line of the file has index 0.</summary>
    public IReadOnlyList<JsonObject> Lines { get; }

    /// <summary>Loads a transcript, or skips the test when the recordings are not beside the repository.</summary>
    public static Transcript Load(string name) => Load(name, text => text);

    /// <summary>Loads a transcript whose lines <paramref name="edit"/> adapts, for instance to another port.</summary>
    public static Transcript Load(string name, Func<string, string> edit)
    {
        var path = Path.Combine(SharedDirectory() ?? "", "kube-transcripts", name + ".jsonl");
        if (!File.Exists(path))
        {
            Assert.Skip($"The recordings of a real server ({name}.jsonl) are not beside the repository; set KAFKAMESH_SHARED to their directory.");
        }

        return new Transcript([.. File.ReadLines(path).Select(line => JsonNode.Parse(edit(line))!.AsObject())]);
    }

    /// <summary>The exchange on a line of the file, counted from 1 as the recordings' README does.</summary>
    public (JsonObject Request, JsonObject Response) Exchange(int line)
        => (Lines[line - 1]["http"]!.AsObject(), Lines[line - 1]["response"]!.AsObject());

    /// <summary>The CustomResourceDefinition of the recordings without its CEL rules, which the playground refuses.</summary>
    public static JsonObject Definition()
    {
        var recorded = Load("raw-cr").Exchange(75).Request["body"]!.DeepClone().AsObject();
        recorded["metadata"]!["name"] = "kafkamonitors.kafkamesh.io";
        WithoutRules(recorded);
        return recorded;
    }

    private static void WithoutRules(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            map.Remove("x-kubernetes-validations");
            foreach (var (_, child) in map)
            {
                WithoutRules(child);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var child in list)
            {
                WithoutRules(child);
            }
        }
    }

    private static string? SharedDirectory()
    {
        if (Environment.GetEnvironmentVariable("KAFKAMESH_SHARED") is { Length: > 0 } given)
        {
            return given;
        }

        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KafkaMeshOperator.sln")))
        {
            directory = directory.Parent;
        }

        for (var parent = directory?.Parent; parent is not null; parent = parent.Parent)
        {
            var shared = Path.Combine(parent.FullName, "shared");
            if (Directory.Exists(Path.Combine(shared, "kube-transcripts")))
            {
                return shared;
            }
        }

        return null;
    }
}
