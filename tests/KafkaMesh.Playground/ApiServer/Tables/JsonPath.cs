using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>
/// The part of Kubernetes' JSONPath that printer columns use: dotted names, quoted names, indexes, slices of all items and filters
/// <c>[?(@.field=="value")]</c>. Text after a closing brace starts another expression, as in a real server.
/// </summary>
internal sealed class JsonPath
{
    private readonly IReadOnlyList<Step> _steps;

    private JsonPath(IReadOnlyList<Step> steps) => _steps = steps;

    /// <summary>Reads an expression such as <c>.status.conditions[?(@.type=="Ready")].status</c>; the first one counts when several stand between braces.</summary>
    /// <exception cref="FormatException">The expression is not understood.</exception>
    public static JsonPath Parse(string expression)
    {
        // A column's path is put between braces; "a}/{b" therefore is two expressions, and a real server shows the value of the first one.
        return new JsonPath([.. ReadSteps(expression.Split('}')[0])]);
    }

    /// <summary>All values that the path finds.</summary>
    public IEnumerable<JsonNode?> Evaluate(JsonObject root)
    {
        IEnumerable<JsonNode?> found = [root];
        foreach (var step in _steps)
        {
            found = found.SelectMany(step.Apply);
        }

        return found;
    }

    private static IEnumerable<Step> ReadSteps(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            switch (text[at])
            {
                case '$' when at == 0:
                    at++;
                    break;
                case '.':
                    at++;
                    if (at < text.Length && text[at] is not ('[' or '.'))
                    {
                        yield return new FieldStep(ReadName(text, ref at));
                    }

                    break;
                case '[':
                    yield return ReadBracket(text, ref at);
                    break;
                default:
                    throw new FormatException($"The printer column path \"{text}\" has an unexpected '{text[at]}' at {at}: names start with a dot.");
            }
        }
    }

    private static string ReadName(string text, ref int at)
    {
        var name = new StringBuilder();
        while (at < text.Length && text[at] is not ('.' or '['))
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            name.Append(text[at++]);
        }

        return name.ToString();
    }

    private static Step ReadBracket(string text, ref int at)
    {
        var end = text.IndexOf(']', at);
        if (end < 0)
        {
            throw new FormatException($"The printer column path \"{text}\" has a '[' without ']'.");
        }

        var inside = text[(at + 1)..end].Trim();
        at = end + 1;
        return inside switch
        {
            "*" => new AllStep(),
            ['\'', .., '\''] or ['"', .., '"'] => new FieldStep(inside[1..^1]),
            ['?', '(', .., ')'] => ReadFilter(text, inside[2..^1]),
            _ when int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) => new IndexStep(index),
            _ => throw new FormatException($"The printer column path \"{text}\" has \"[{inside}]\", which is not understood."),
        };
    }

    private static FilterStep ReadFilter(string text, string condition)
    {
        foreach (var sign in new[] { "==", "!=" })
        {
            var at = condition.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0 && condition.StartsWith('@'))
            {
                var path = new JsonPath([.. ReadSteps(condition[1..at].Trim())]);
                return new FilterStep(path, condition[(at + 2)..].Trim().Trim('"', '\''), sign == "!=");
            }
        }

        throw new FormatException($"The printer column path \"{text}\" has the filter \"{condition}\", which is not understood.");
    }

    private abstract record Step
    {
        public abstract IEnumerable<JsonNode?> Apply(JsonNode? node);
    }

    private sealed record FieldStep(string Name) : Step
    {
        public override IEnumerable<JsonNode?> Apply(JsonNode? node) =>
            node is JsonObject obj && obj.TryGetPropertyValue(Name, out var value) ? [value] : [];
    }

    private sealed record IndexStep(int Index) : Step
    {
        public override IEnumerable<JsonNode?> Apply(JsonNode? node)
        {
            if (node is not JsonArray array)
            {
                return [];
            }

            var index = Index < 0 ? array.Count + Index : Index;
            return index >= 0 && index < array.Count ? [array[index]] : [];
        }
    }

    private sealed record AllStep : Step
    {
        public override IEnumerable<JsonNode?> Apply(JsonNode? node) => node switch
        {
            JsonArray array => array,
            JsonObject obj => obj.Select(p => p.Value),
            _ => [],
        };
    }

    private sealed record FilterStep(JsonPath Path, string Value, bool Negated) : Step
    {
        public override IEnumerable<JsonNode?> Apply(JsonNode? node) =>
            node is JsonArray array ? array.Where(item => item is JsonObject obj && Holds(obj)) : [];

        private bool Holds(JsonObject item) => Path.Evaluate(item).Any(v => Text(v) == Value) != Negated;

        private static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node?.ToJsonString() ?? "";
    }
}
