using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>Reads one YAML document into a tree that knows where everything stands.</summary>
internal sealed class SourceParser
{
    /// <summary>Deepest nesting that is read; Kubernetes objects need a dozen levels, schemas of resource definitions some dozens.</summary>
    private const int MaxDepth = 256;

    private readonly Parser _events;
    private readonly string _text;
    private readonly Dictionary<string, SourceNode> _anchors = new(StringComparer.Ordinal);

    private SourceParser(string text)
    {
        _events = new Parser(new Scanner(new StringReader(text), skipComments: true));
        _text = text;
    }

    /// <summary>Reads the document.</summary>
    /// <param name="text">Text of exactly one document, with or without its <c>---</c>.</param>
    /// <returns>Null when it holds nothing but comments.</returns>
    /// <exception cref="ManifestSyntaxException">It is no YAML.</exception>
    public static SourceNode? Parse(string text)
    {
        var parser = new SourceParser(text);
        try
        {
            return parser.ReadDocument();
        }
        catch (YamlException error)
        {
            throw new ManifestSyntaxException((int)Math.Max(1, error.Start.Line), "this is no YAML: " + Reason(error));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // The scanner's own checks let some broken escapes and directives through to the runtime's.
            throw new ManifestSyntaxException(parser.CurrentLine, "this is no YAML: " + error.Message);
        }
    }

    private int CurrentLine => (int)Math.Max(1, _events.Current?.Start.Line ?? 1);

    private static string Reason(YamlException error)
    {
        // Some messages begin with the place in the document, which the caller names in the file.
        var text = error.InnerException is null ? error.Message : error.InnerException.Message;
        var end = text.StartsWith('(') ? text.IndexOf("): ", StringComparison.Ordinal) : -1;
        return end < 0 ? text : text[(end + 3)..];
    }

    private SourceNode? ReadDocument()
    {
        Next<StreamStart>();
        _events.MoveNext();
        if (_events.Current is StreamEnd)
            return null;
        Expect<DocumentStart>();
        _events.MoveNext();
        var root = ReadNode(0);
        Expect<DocumentEnd>();
        _events.MoveNext();
        if (_events.Current is not StreamEnd)
            throw new ManifestSyntaxException(CurrentLine, "a second document begins here without '---' on a line of its own");
        return root;
    }

    private SourceNode ReadNode(int depth)
    {
        if (depth > MaxDepth)
            throw new ManifestSyntaxException(CurrentLine, $"nested deeper than {MaxDepth} levels");
        return _events.Current switch
        {
            Scalar scalar => (SourceNode)ReadScalar(scalar),
            AnchorAlias alias => ReadAlias(alias),
            MappingStart start => ReadMapping(start, depth),
            SequenceStart start => ReadSequence(start, depth),
            _ => throw new ManifestSyntaxException(CurrentLine, "this is no YAML"),
        };
    }

    private SourceScalar ReadScalar(Scalar scalar)
    {
        var node = new SourceScalar
        {
            Start = Offset(scalar.Start),
            End = Offset(scalar.End),
            Line = (int)scalar.Start.Line,
            Text = scalar.Value,
            IsPlain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any,
            IsBlock = scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded,
            Tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? null : scalar.Tag.Value,
        };
        Remember(scalar, node);
        _events.MoveNext();
        return node;
    }

    private SourceAlias ReadAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
            throw new ManifestSyntaxException(CurrentLine, $"*{alias.Value.Value} names no anchor above it");
        var node = new SourceAlias { Start = Offset(alias.Start), End = Offset(alias.End), Line = (int)alias.Start.Line, Target = target };
        _events.MoveNext();
        return node;
    }

    private SourceMapping ReadMapping(MappingStart start, int depth)
    {
        var entries = new List<SourceEntry>();
        _events.MoveNext();
        while (_events.Current is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            entries.Add(new SourceEntry(key, AfterKey(key, ReadNode(depth + 1))));
        }
        var node = new SourceMapping
        {
            Start = Offset(start.Start),
            End = EndOfCollection(),
            Line = (int)start.Start.Line,
            Entries = entries,
            IsFlow = start.Style == MappingStyle.Flow,
        };
        Remember(start, node);
        _events.MoveNext();
        return node;
    }

    // The parser places a value that is not there at the next token, which may stand lines below.
    private static SourceNode AfterKey(SourceNode key, SourceNode value) =>
        value is SourceScalar { IsPlain: true, Text: "", Tag: null } empty && empty.Start == empty.End
            ? new SourceScalar { Start = key.End, End = key.End, Line = key.Line, Text = "", IsPlain = true, IsBlock = false, Tag = null }
            : value;

    private SourceSequence ReadSequence(SequenceStart start, int depth)
    {
        var items = new List<SourceNode>();
        _events.MoveNext();
        while (_events.Current is not SequenceEnd)
            items.Add(ReadNode(depth + 1));
        var node = new SourceSequence
        {
            Start = Offset(start.Start),
            End = EndOfCollection(),
            Line = (int)start.Start.Line,
            Items = items,
            IsFlow = start.Style == SequenceStyle.Flow,
        };
        Remember(start, node);
        _events.MoveNext();
        return node;
    }

    // The parser's mark stands before a closing bracket.
    private int EndOfCollection()
    {
        var end = Offset(_events.Current!.End);
        return end < _text.Length && (_text[end] is ']' or '}') ? end + 1 : end;
    }

    private void Remember(NodeEvent source, SourceNode node)
    {
        if (!source.Anchor.IsEmpty)
            _anchors[source.Anchor.Value] = node;
    }

    private int Offset(Mark mark) => (int)Math.Clamp(mark.Index, 0, _text.Length);

    private void Next<TEvent>()
        where TEvent : ParsingEvent
    {
        _events.MoveNext();
        Expect<TEvent>();
    }

    private void Expect<TEvent>()
        where TEvent : ParsingEvent
    {
        if (_events.Current is not TEvent)
            throw new ManifestSyntaxException(CurrentLine, "this is no YAML");
    }
}
