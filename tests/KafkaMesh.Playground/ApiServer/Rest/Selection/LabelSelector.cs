using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest.Selection;

/// <summary>A label selector of the query language: comma-separated requirements that must all hold.</summary>
internal sealed class LabelSelector
{
    /// <summary>Selects everything.</summary>
    public static readonly LabelSelector Everything = new([]);

    private readonly IReadOnlyList<LabelRequirement> _requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>Whether it has no requirement.</summary>
    public bool IsEmpty => _requirements.Count == 0;

    /// <summary>Reads a selector; an empty text selects everything.</summary>
    /// <exception cref="SelectorSyntaxException">With the words of a real server.</exception>
    public static LabelSelector Parse(string text) =>
        text.Trim().Length == 0 ? Everything : new LabelSelector(new LabelSelectorParser(text).Parse());

    /// <summary>Whether an object's labels fulfil every requirement.</summary>
    public bool Matches(JsonObject obj)
    {
        var labels = obj["metadata"]?["labels"] as JsonObject;
        return _requirements.All(r => r.Matches(labels));
    }
}
