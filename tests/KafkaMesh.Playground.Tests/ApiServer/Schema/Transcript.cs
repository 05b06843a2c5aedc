using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Schema;

/// <summary>A recorded conversation with a real Kubernetes 1.36 (tests/testdata/kube-transcripts).</summary>
internal sealed class Transcript
{
    private Transcript(IReadOnlyList<JsonObject> lines) => Lines = lines;

    /// <summary>The lines; the first line of the file has index 0.</summary>
    public IReadOnlyList<JsonObject> Lines { get; }

    /// <summary>Loads a transcript.</summary>
    public static Transcript Load(string name) => Load(name, text => text);

    /// <summary>Loads a transcript whose lines <paramref name="edit"/> adapts, for instance to another port.</summary>
    public static Transcript Load(string name, Func<string, string> edit)
    {
        return new Transcript([.. File.ReadLines(Replay.Transcript.PathOf(name)).Select(line => JsonNode.Parse(edit(line))!.AsObject())]);
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
}
