namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>Lines and columns of a document's text.</summary>
internal sealed class SourceText(string text)
{
    /// <summary>The text.</summary>
    public string Text { get; } = text;

    /// <summary>How its lines end; the first one decides.</summary>
    public string NewLine { get; } = NewLineOf(text);

    /// <summary>Offset of the start of the line that holds an offset.</summary>
    public int LineStart(int offset) => offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;

    /// <summary>Column of an offset, from 0.</summary>
    public int Column(int offset) => offset - LineStart(offset);

    /// <summary>Whether nothing but spaces stands before an offset on its line.</summary>
    public bool IsFirstOnLine(int offset) => Text.AsSpan(LineStart(offset)..offset).IndexOfAnyExcept(' ') < 0;

    /// <summary>Start of the line after content that ends at an offset. A block scalar ends at the start of a line already.</summary>
    public int AfterLine(int offset)
    {
        if (offset > 0 && Text[offset - 1] == '\n')
            return offset;
        var feed = Text.IndexOf('\n', offset);
        return feed < 0 ? Text.Length : feed + 1;
    }

    /// <summary>Whether the text ends at an offset without a line end.</summary>
    public bool LacksLineEnd(int offset) => offset > 0 && Text[offset - 1] != '\n';

    /// <summary>Lines moved right, with this text's line ends.</summary>
    /// <param name="block">Lines that end in line feeds.</param>
    /// <param name="columns">By how much.</param>
    /// <param name="first">Whether the first line is moved too.</param>
    public string Indent(string block, int columns, bool first = true)
    {
        var margin = new string(' ', columns);
        var lines = block.TrimEnd('\n').Split('\n');
        return string.Concat(lines.Select((line, i) => (line.Length == 0 || (i == 0 && !first) ? "" : margin) + line + NewLine));
    }

    private static string NewLineOf(string text)
    {
        var feed = text.IndexOf('\n', StringComparison.Ordinal);
        return feed > 0 && text[feed - 1] == '\r' ? "\r\n" : "\n";
    }
}
