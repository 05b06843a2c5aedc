using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.ApiServer.Admission.Conditions;

/// <summary>The tokens of an expression, one after the other.</summary>
internal sealed partial class ConditionTokens
{
    private readonly List<string> _tokens = [];
    private int _next;

    /// <summary>Splits an expression.</summary>
    /// <exception cref="ConditionSyntaxException">It holds something else than names, texts in single quotes and the operators that are evaluated.</exception>
    public ConditionTokens(string expression)
    {
        for (var at = 0; at < expression.Length;)
        {
            var match = Token().Match(expression, at);
            if (!match.Success)
            {
                throw new ConditionSyntaxException($"'{expression[at..Math.Min(expression.Length, at + 20)]}' at {at} is none of names, texts in single quotes without escapes, has(), in, ==, !, &&, ||");
            }

            if (match.Groups["token"].Success)
            {
                _tokens.Add(match.Groups["token"].Value);
            }

            at += match.Length;
        }
    }

    /// <summary>The token that comes next; empty at the end.</summary>
    public string Next => _next < _tokens.Count ? _tokens[_next] : "";

    /// <summary>Takes the next token if it is this one.</summary>
    public bool Take(string token)
    {
        if (Next != token)
        {
            return false;
        }

        _next++;
        return true;
    }

    /// <summary>Takes the next token, which must be this one.</summary>
    public void Expect(string token)
    {
        if (!Take(token))
        {
            throw Unexpected(token.Length == 0 ? "the end" : $"'{token}'");
        }
    }

    /// <summary>Takes a text in single quotes.</summary>
    public string Text()
    {
        var token = Next;
        if (!token.StartsWith('\''))
        {
            throw Unexpected("a text in single quotes");
        }

        _next++;
        return token[1..^1];
    }

    /// <summary>Takes a name.</summary>
    public string Name()
    {
        var token = Next;
        if (token.Length == 0 || !(char.IsAsciiLetter(token[0]) || token[0] == '_') || token is "in" or "true" or "false" or "null")
        {
            throw Unexpected("a name");
        }

        _next++;
        return token;
    }

    /// <summary>What to throw when something else should have come.</summary>
    public ConditionSyntaxException Unexpected(string wanted)
        => new($"after '{string.Join(' ', _tokens.Take(_next))}' comes '{Next}', and only {wanted} is evaluated there");

    [GeneratedRegex(@"\G(?:[ \t\r\n]+|(?<token>[A-Za-z_][A-Za-z0-9_]*|'[^'\\\r\n]*'|&&|\|\||==|[!().,\[\]]))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
