using System.Globalization;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Notation;

/// <summary>Reads what <see cref="NotationWriter"/> writes; anything else is a fault that names the file and line.</summary>
internal sealed class NotationReader
{
    private readonly string _file;
    private readonly string[] _lines;
    private int _next;

    private NotationReader(string file, string[] lines)
    {
        _file = file;
        _lines = lines;
    }

    public static NotationReader Open(string file) =>
        File.Exists(file) ? new NotationReader(Path.GetFileName(file), File.ReadAllLines(file)) : throw new SchemaException($"{file}: no such file.");

    /// <summary>Reads a text as <see cref="Open"/> reads a file; the name is for messages.</summary>
    public static NotationReader Parse(string file, string text) => new(file, text.Split('\n') is [.. var lines, ""] ? lines : text.Split('\n'));

    public ApiSpec ReadApi()
    {
        if (_lines.Length == 0 || _lines[_next++].Split(' ') is not ["api", var key, var name]) throw Fault("expected 'api KEY NAME'");
        var apiKey = Number(key);
        var messages = ReadParts(name, apiKey);
        return new ApiSpec(
            apiKey,
            name,
            [.. messages.Where(message => message.Type == MessageType.Request)],
            [.. messages.Where(message => message.Type == MessageType.Response)]);
    }

    public IReadOnlyList<MessageSpec> ReadMessages() => ReadParts("", apiKey: -1);

    public IReadOnlyList<KafkaError> ReadErrors()
    {
        var errors = new List<KafkaError>();
        for (; _next < _lines.Length; _next++)
        {
            errors.Add(_lines[_next].Split(' ') switch
            {
                [var code, var name] => new KafkaError(Number(code), name, IsRetriable: false),
                [var code, var name, "retriable"] => new KafkaError(Number(code), name, IsRetriable: true),
                _ => throw Fault("expected 'CODE NAME [retriable]'"),
            });
        }

        return errors;
    }

    private List<MessageSpec> ReadParts(string apiName, short apiKey)
    {
        var parts = new List<MessageSpec>();
        while (_next < _lines.Length)
        {
            var line = _lines[_next++];
            if (line.Length == 0) continue;
            parts.Add(ReadPart(line.Split(' '), apiName, apiKey));
        }

        return parts;
    }

    private MessageSpec ReadPart(string[] words, string apiName, short apiKey)
    {
        var (type, name, rest) = words switch
        {
            ["request", .. var others] => (MessageType.Request, apiName + "Request", others),
            ["response", .. var others] => (MessageType.Response, apiName + "Response", others),
            ["header", var title, .. var others] => (MessageType.Header, title, others),
            ["data", var title, .. var others] => (MessageType.Data, title, others),
            _ => throw Fault("expected request, response, header or data"),
        };
        var (versions, flexible) = rest switch
        {
            [var range] => (Range(range), VersionRange.None),
            [var range, "flexible", var compact] => (Range(range), Range(compact)),
            _ => throw Fault("expected 'VERSIONS [flexible VERSIONS]'"),
        };
        return new MessageSpec(type, name, apiKey, versions, flexible, ReadFields(versions, depth: 1));
    }

    private List<FieldSpec> ReadFields(VersionRange parent, int depth)
    {
        var fields = new List<FieldSpec>();
        while (_next < _lines.Length && Indent(_lines[_next]) == depth * 2)
        {
            var line = _lines[_next++].TrimStart();
            fields.Add(ReadField(line.Split(' '), parent, depth));
        }

        return fields;
    }

    private FieldSpec ReadField(string[] words, VersionRange parent, int depth)
    {
        if (words.Length < 2) throw Fault("expected 'NAME TYPE'");
        var isAlwaysNullable = words[1].EndsWith('?');
        var field = new FieldSpec { Name = words[0], Type = Type(words[1].TrimEnd('?')), Versions = parent };
        var tag = "";
        foreach (var word in words.AsSpan(2))
        {
            if (word.StartsWith('#')) tag = word;
            else field = WithAttribute(field, word);
        }

        // Both default to the field's versions, which stand in the same line.
        if (isAlwaysNullable) field = field with { Nullable = field.Versions };
        if (tag.Length > 0) field = WithTag(field, tag);
        return field with { Fields = ReadFields(field.Versions, depth + 1) };
    }

    private FieldSpec WithAttribute(FieldSpec field, string word) => word switch
    {
        "key" => field with { IsMapKey = true },
        "ignorable" => field with { IsIgnorable = true },
        "never-flexible" => field with { IsNeverFlexible = true },
        ['@', .. var versions] => field with { Versions = Range(versions) },
        ['?', .. var versions] => field with { Nullable = Range(versions) },
        ['=', .. var value] => field with { Default = value },
        _ when word.StartsWith("entity:", StringComparison.Ordinal) => field with { EntityType = word["entity:".Length..] },
        _ => throw Fault($"'{word}' is not an attribute"),
    };

    private FieldSpec WithTag(FieldSpec field, string word) => word[1..].Split('@') switch
    {
        [var tag] => field with { Tag = Number(tag), Tagged = field.Versions },
        [var tag, var versions] => field with { Tag = Number(tag), Tagged = Range(versions) },
        _ => throw Fault($"'{word}' is not '#TAG[@VERSIONS]'"),
    };

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    private FieldType Type(string text) => Parse(text, FieldType.Parse);

    private VersionRange Range(string text) => Parse(text, VersionRange.Parse);

    private short Number(string text) =>
        short.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Fault($"'{text}' is not a number");

    private T Parse<T>(string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw Fault(e.Message);
        }
    }

    private SchemaException Fault(string fault) => new($"{_file}: line {_next}: {fault}.");
}
