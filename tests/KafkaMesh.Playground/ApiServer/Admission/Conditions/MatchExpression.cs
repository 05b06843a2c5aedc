using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Admission.Conditions;

/// <summary>
/// The part of CEL in which match conditions ask for keys and values of maps of texts: <c>has(object.a.b)</c>, <c>'k' in object.a.b</c>,
/// <c>object.a.b['k'] == 'v'</c>, <c>object.a.b['k'] in ['v', 'w']</c>, <c>true</c>, <c>false</c>, <c>!</c>, <c>&amp;&amp;</c>, <c>||</c> and
/// parentheses. Everything else is refused, never guessed at.
/// </summary>
internal static class MatchExpression
{
    private const int MaxDepth = 64;

    /// <summary>Compiles an expression. What it returns gives null where CEL has an evaluation error, such as a missing key.</summary>
    /// <exception cref="ConditionSyntaxException">It is something else than the part that is evaluated.</exception>
    public static Func<JsonObject?, bool?> Compile(string expression)
    {
        var tokens = new ConditionTokens(expression);
        var compiled = Or(tokens, 0);
        tokens.Expect("");
        return compiled;
    }

    private static Func<JsonObject?, bool?> Or(ConditionTokens tokens, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ConditionSyntaxException($"more than {MaxDepth} parentheses and negations in each other");
        }

        var left = And(tokens, depth);
        while (tokens.Take("||"))
        {
            var (first, second) = (left, And(tokens, depth));

            // C# has CEL's logic: one true side decides, whatever is wrong with the other.
            left = o => first(o) | second(o);
        }

        return left;
    }

    private static Func<JsonObject?, bool?> And(ConditionTokens tokens, int depth)
    {
        var left = Not(tokens, depth);
        while (tokens.Take("&&"))
        {
            var (first, second) = (left, Not(tokens, depth));
            left = o => first(o) & second(o);
        }

        return left;
    }

    private static Func<JsonObject?, bool?> Not(ConditionTokens tokens, int depth)
    {
        if (!tokens.Take("!"))
        {
            return Term(tokens, depth);
        }

        if (tokens.Next is not ("(" or "has"))
        {
            throw tokens.Unexpected("'(' or 'has'");
        }

        var inner = Term(tokens, depth);
        return o => !inner(o);
    }

    private static Func<JsonObject?, bool?> Term(ConditionTokens tokens, int depth)
    {
        if (tokens.Take("true"))
        {
            return _ => true;
        }

        if (tokens.Take("false"))
        {
            return _ => false;
        }

        if (tokens.Take("("))
        {
            var inner = Or(tokens, depth + 1);
            tokens.Expect(")");
            return inner;
        }

        if (tokens.Take("has"))
        {
            return Has(tokens);
        }

        return tokens.Next.StartsWith('\'') ? KeyIn(tokens) : Value(tokens);
    }

    // A field of something that is absent itself is an error.
    private static Func<JsonObject?, bool?> Has(ConditionTokens tokens)
    {
        tokens.Expect("(");
        var path = Path(tokens);
        tokens.Expect(")");
        return o => Find(o, path.AsSpan(..^1)) is { } owner ? owner[path[^1]] is not null : null;
    }

    private static Func<JsonObject?, bool?> KeyIn(ConditionTokens tokens)
    {
        var key = tokens.Text();
        tokens.Expect("in");
        var path = Path(tokens);
        return o => Find(o, path)?.ContainsKey(key);
    }

    private static Func<JsonObject?, bool?> Value(ConditionTokens tokens)
    {
        var path = Path(tokens);
        tokens.Expect("[");
        var key = tokens.Text();
        tokens.Expect("]");
        var values = tokens.Take("==") ? [tokens.Text()] : List(tokens);
        return o => Find(o, path)?[key] is JsonValue value && value.TryGetValue(out string? text) ? values.Contains(text) : null;
    }

    private static List<string> List(ConditionTokens tokens)
    {
        tokens.Expect("in");
        tokens.Expect("[");
        var values = new List<string>();
        while (!tokens.Take("]"))
        {
            if (values.Count > 0)
            {
                tokens.Expect(",");
            }

            values.Add(tokens.Text());
        }

        return values;
    }

    private static string[] Path(ConditionTokens tokens)
    {
        tokens.Expect("object");
        var path = new List<string>();
        do
        {
            tokens.Expect(".");
            path.Add(tokens.Name());
        }
        while (tokens.Next == ".");
        return [.. path];
    }

    private static JsonObject? Find(JsonObject? from, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            from = from?[name] as JsonObject;
        }

        return from;
    }
}
