using System.Globalization;
using System.Text;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Words a JSON syntax error as Go's encoding/json does, since clients print these texts.</summary>
internal ref struct GoJsonSyntax
{
    private const string End = "unexpected end of JSON input";
    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private int _depth;

    private GoJsonSyntax(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The first syntax error of <paramref name="json"/>, or null when it is well-formed.</summary>
    public static string? Describe(ReadOnlySpan<byte> json)
    {
        var scanner = new GoJsonSyntax(json);
        if (scanner.Value() is { } error)
        {
            return error;
        }

        scanner.SkipSpace();
        return scanner._at < json.Length ? scanner.Unexpected("after top-level value") : null;
    }

    private string? Value()
    {
        SkipSpace();
        if (_at >= _text.Length)
        {
            return End;
        }

        // Go stops at 10,000 levels; the stack of this process asks for fewer.
        if (_depth >= DuplicateFieldScanner.MaxDepth)
        {
            return "exceeded max depth";
        }

        _depth++;
        var error = _text[_at] switch
        {
            (byte)'{' => Object(),
            (byte)'[' => Array(),
            (byte)'"' => String(),
            (byte)'t' => Literal("true"),
            (byte)'f' => Literal("false"),
            (byte)'n' => Literal("null"),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Number(),
            _ => Unexpected("looking for beginning of value"),
        };
        _depth--;
        return error;
    }

    private string? Object()
    {
        _at++;
        for (var first = true; ; first = false)
        {
            SkipSpace();
            if (_at >= _text.Length)
            {
                return End;
            }

            if (first && _text[_at] == '}')
            {
                _at++;
                return null;
            }

            if (_text[_at] != '"')
            {
                return Unexpected("looking for beginning of object key string");
            }

            if ((String() ?? Expect((byte)':', "after object key") ?? Value()) is { } error)
            {
                return error;
            }

            SkipSpace();
            if (_at >= _text.Length)
            {
                return End;
            }

            if (_text[_at] == '}')
            {
                _at++;
                return null;
            }

            if (Expect((byte)',', "after object key:value pair") is { } separator)
            {
                return separator;
            }
        }
    }

    private string? Array()
    {
        _at++;
        SkipSpace();
        if (_at < _text.Length && _text[_at] == ']')
        {
            _at++;
            return null;
        }

        while (true)
        {
            if (Value() is { } error)
            {
                return error;
            }

            SkipSpace();
            if (_at < _text.Length && _text[_at] == ']')
            {
                _at++;
                return null;
            }

            if (Expect((byte)',', "after array element") is { } separator)
            {
                return separator;
            }
        }
    }

    private string? String()
    {
        for (_at++; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case (byte)'"':
                    _at++;
                    return null;
                case (byte)'\\' when _at + 1 < _text.Length && !"\"\\/bfnrtu".Contains((char)_text[_at + 1], StringComparison.Ordinal):
                    _at++;
                    return Unexpected("in string escape code");
                case (byte)'\\':
                    _at++;
                    break;
                case < 0x20:
                    return Unexpected("in string literal");
            }
        }

        return End;
    }

    private string? Number()
    {
        if (_text[_at] == '-')
        {
            _at++;
            if (_at >= _text.Length)
            {
                return End;
            }

            if (!char.IsAsciiDigit((char)_text[_at]))
            {
                return Unexpected("in numeric literal");
            }
        }

        while (_at < _text.Length && "0123456789+-.eE".Contains((char)_text[_at], StringComparison.Ordinal))
        {
            _at++;
        }

        return null;
    }

    private string? Literal(string word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            _at++;
            if (_at >= _text.Length)
            {
                return End;
            }

            if (_text[_at] != word[i])
            {
                return Unexpected($"in literal {word} (expecting '{word[i]}')");
            }
        }

        _at++;
        return null;
    }

    private string? Expect(byte separator, string context)
    {
        SkipSpace();
        if (_at >= _text.Length)
        {
            return End;
        }

        if (_text[_at] != separator)
        {
            return Unexpected(context);
        }

        _at++;
        return null;
    }

    private readonly string Unexpected(string context)
    {
        if (_at >= _text.Length)
        {
            return End;
        }

        Rune.DecodeFromUtf8(_text[_at..], out var rune, out _);
        var shown = rune.Value switch
        {
            '\'' => @"'\''",
            '"' => "'\"'",
            '\n' => @"'\n'",
            '\r' => @"'\r'",
            '\t' => @"'\t'",
            < 0x20 => string.Create(CultureInfo.InvariantCulture, $"'\\x{rune.Value:x2}'"),
            _ => $"'{rune}'",
        };
        return $"invalid character {shown} {context}";
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _at++;
        }
    }
}
