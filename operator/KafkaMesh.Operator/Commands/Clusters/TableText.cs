using System.Text;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Clusters;

/// <summary>A table in columns as wide as their content, as kubectl prints them: text to the left, figures to the right.</summary>
/// <param name="heads">Headings; one that begins with <c>&gt;</c> is of a column of figures.</param>
internal sealed class TableText(params string[] heads)
{
    private const int MaxWidth = 80;
    private const string Gap = "   ";

    private readonly List<string[]> _rows = [[.. heads.Select(h => h.TrimStart('>'))]];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One text per column.</param>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Plain)]);

    /// <summary>The table, a line per row.</summary>
    /// <param name="indent">Before each line.</param>
    public string Write(string indent = "")
    {
        var widths = heads.Select((_, column) => _rows.Max(r => TextWidth.Of(r[column]))).ToList();
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, column) => heads[column].StartsWith('>') ? TextWidth.PadLeft(cell, widths[column]) : TextWidth.PadRight(cell, widths[column]));
            text.Append(indent).Append(string.Join(Gap, cells).TrimEnd()).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A text from outside as a cell shows it: plain, and cut to what it has room for.</summary>
    public static string Plain(string text) => TextWidth.Fit(PlainText.Of(text), MaxWidth);
}
