using System.Globalization;

namespace KafkaMesh.Playground.ApiServer.Rest.Selection;

/// <summary>Recursive-descent parser of label selectors, with the grammar and the error texts of a real server.</summary>
internal sealed class LabelSelectorParser
{
    private const string End = "";
    private static readonly string[] Operators = ["in", "notin", "=", "==", "!=", "gt", "lt"];

    private readonly List<string> _tokens;
    private int _next;

    /// <summary>Splits the text into tokens.</summary>
    public LabelSelectorParser(string text) => _tokens = [.. Tokenize(text)];

    private string Peek => _next < _tokens.Count ? _tokens[_next] : End;

    /// <summary>Reads all requirements, sorted by key as the real server does.</summary>
    public IReadOnlyList<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            if (Peek is "," or ")" or "(")
            {
                throw new SelectorSyntaxException($"found '{Peek}', expected: !, identifier, or 'end of string'");
            }

            requirements.Add(ParseRequirement());
            var separator = Take();
            if (separator == End)
            {
                return [.. requirements.OrderBy(r => r.Key, StringComparer.Ordinal)];
            }

            if (separator != ",")
            {
                throw new SelectorSyntaxException($"found '{separator}', expected: ',' or 'end of string'");
            }

            if (Peek != "!" && !IsIdentifier(Peek))
            {
                throw new SelectorSyntaxException($"found '{Peek}', expected: identifier after ','");
            }
        }
    }

    private LabelRequirement ParseRequirement()
    {
        var negated = Peek == "!";
        if (negated)
        {
            Take();
        }

        var key = Take();
        if (!IsIdentifier(key))
        {
            throw Unreadable($"found '{key}', expected: identifier");
        }

        CheckKey(key);
        if (negated || Peek is End or ",")
        {
            return new LabelRequirement(key, negated ? LabelOperator.Absent : LabelOperator.Exists, []);
        }

        return ParseComparison(key, Take());
    }

    private LabelRequirement ParseComparison(string key, string symbol)
    {
        var requirement = symbol switch
        {
            "=" or "==" => new LabelRequirement(key, LabelOperator.In, [TakeValue()]),
            "!=" => new LabelRequirement(key, LabelOperator.NotIn, [TakeValue()]),
            ">" => new LabelRequirement(key, LabelOperator.GreaterThan, [TakeValue()]),
            "<" => new LabelRequirement(key, LabelOperator.LessThan, [TakeValue()]),
            "in" => new LabelRequirement(key, LabelOperator.In, TakeSet()),
            "notin" => new LabelRequirement(key, LabelOperator.NotIn, TakeSet()),
            _ => throw Unreadable($"found '{symbol}', expected: {string.Join(", ", Operators)}"),
        };
        if (requirement.Operator is LabelOperator.GreaterThan or LabelOperator.LessThan
            && !long.TryParse(requirement.Values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            throw Unreadable($"values[0]: Invalid value: \"{requirement.Values[0]}\": for 'Gt', 'Lt' operators, the value must be an integer");
        }

        for (var i = 0; i < requirement.Values.Count; i++)
        {
            CheckValue(key, i, requirement.Values[i]);
        }

        return requirement;
    }

    private string TakeValue() => Peek is End or "," ? "" : TakeIdentifier();

    private string TakeIdentifier()
    {
        var token = Take();
        return IsIdentifier(token) ? token : throw Unreadable($"found '{token}', expected: identifier");
    }

    private List<string> TakeSet()
    {
        var open = Take();
        if (open != "(")
        {
            throw Unreadable($"found '{open}' expected: '('");
        }

        var values = new List<string>();
        if (Peek == ")")
        {
            Take();
            return [""];
        }

        while (true)
        {
            values.Add(Peek is "," or ")" ? "" : TakeIdentifier());
            var separator = Take();
            if (separator == ")")
            {
                return values;
            }

            if (separator != ",")
            {
                throw Unreadable($"found '{separator}', expected: ',' or ')'");
            }
        }
    }

    private string Take() => _next < _tokens.Count ? _tokens[_next++] : End;

    private static void CheckKey(string key)
    {
        if (LabelSyntax.KeyError(key) is { } error)
        {
            throw Unreadable($"<nil>: Invalid value: \"{key}\": {error}");
        }
    }

    private static void CheckValue(string key, int index, string value)
    {
        if (LabelSyntax.ValueError(value) is { } error)
        {
            throw Unreadable($"values[{index}][{key}]: Invalid value: \"{value}\": {error}");
        }
    }

    private static SelectorSyntaxException Unreadable(string why) => new($"unable to parse requirement: {why}");

    private static bool IsIdentifier(string token) => token.Length > 0 && !IsSymbol(token[0]);

    private static bool IsSymbol(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private static IEnumerable<string> Tokenize(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (text[i] is ' ' or '\t' or '\r' or '\n')
            {
                i++;
                continue;
            }

            var start = i++;
            if (!IsSymbol(text[start]))
            {
                while (i < text.Length && !IsSymbol(text[i]) && text[i] is not (' ' or '\t' or '\r' or '\n'))
                {
                    i++;
                }
            }
            else if (i < text.Length && text[start..(i + 1)] is "==" or "!=")
            {
                i++;
            }

            yield return text[start..i];
        }
    }
}
