using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest.Selection;

/// <summary>A field selector: comma-separated <c>path=value</c> or <c>path!=value</c> terms over the fields that the kind allows.</summary>
internal sealed class FieldSelector
{
    /// <summary>Selects everything.</summary>
    public static readonly FieldSelector Everything = new([]);

    private readonly IReadOnlyList<Term> _terms;

    private FieldSelector(IReadOnlyList<Term> terms) => _terms = terms;

    /// <summary>Whether it has no term.</summary>
    public bool IsEmpty => _terms.Count == 0;

    /// <summary>The name that <c>metadata.name=</c> demands, or null.</summary>
    public string? Name => _terms.FirstOrDefault(t => t.Path == "metadata.name" && !t.Negated)?.Value;

    /// <summary>Reads a selector for a kind.</summary>
    /// <exception cref="SelectorSyntaxException">With the words of a real server; an unknown field has one wording for plain built-in kinds and another for the rest.</exception>
    public static FieldSelector Parse(string text, ResourceKind kind)
    {
        if (text.Length == 0)
        {
            return Everything;
        }

        var terms = Split(text).Where(t => t.Length > 0).Select(t => ParseTerm(t, text)).ToList();
        foreach (var term in terms)
        {
            CheckKnown(term.Path, kind);
        }

        return new FieldSelector(terms);
    }

    /// <summary>Whether an object fulfils every term.</summary>
    public bool Matches(JsonObject obj) => _terms.All(t => t.Matches(obj));

    private static Term ParseTerm(string term, string selector)
    {
        for (var i = 0; i < term.Length; i++)
        {
            if (term[i] == '\\')
            {
                i++;
            }
            else if (term[i..].StartsWith("!=", StringComparison.Ordinal))
            {
                return new Term(term[..i], Unescape(term[(i + 2)..]), Negated: true);
            }
            else if (term[i..].StartsWith("==", StringComparison.Ordinal))
            {
                return new Term(term[..i], Unescape(term[(i + 2)..]), Negated: false);
            }
            else if (term[i] == '=')
            {
                return new Term(term[..i], Unescape(term[(i + 1)..]), Negated: false);
            }
        }

        throw new SelectorSyntaxException($"invalid selector: '{selector}'; can't understand '{term}'");
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string Unescape(string value) =>
        value.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    private static void CheckKnown(string path, ResourceKind kind)
    {
        if (path is "metadata.name" or "metadata.namespace" || kind.SelectableFields.Contains(path))
        {
            return;
        }

        throw new SelectorSyntaxException(kind.IsCustom || kind.SelectableFields.Count > 0
            ? $"field label not supported: {path}"
            : $"\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }

    private sealed record Term(string Path, string Value, bool Negated)
    {
        // A real server looks nodeName up in an index that does not hold the empty name.
        public bool Matches(JsonObject obj) => !(Path == "spec.nodeName" && Value.Length == 0 && !Negated) && (ValueOf(obj) == Value) != Negated;

        private string ValueOf(JsonObject obj)
        {
            // The selector "source" of events means the component that reports.
            JsonNode? node = obj;
            foreach (var part in (Path == "source" ? "source.component" : Path).Split('.'))
            {
                node = (node as JsonObject)?[part];
            }

            return node switch
            {
                null when Path is "spec.unschedulable" or "spec.hostNetwork" => "false",
                null when Path is "status.successful" => "0",
                JsonValue value => value.ToString(),
                _ => "",
            };
        }
    }
}
