using System.Globalization;
using System.Text;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>Draws a view on a screen: a title, a note, headings, as many rows as there is room for, and what keys do.</summary>
/// <param name="style">Colours.</param>
/// <param name="scope">Which KafkaMonitors.</param>
internal sealed class TopPage(TerminalStyle style, TopScope scope)
{
    private const int Frame = 4; // lines that are no rows
    private const int MaxName = 40;
    private const string Gap = "  ";
    private const string Keys = "q quit   ? help   Tab view   <> column   r reverse   / filter   space pause   w wide";

    private static readonly string[] s_help =
    [
        "Tab, 1-7      next view; monitors, apis, topics, clients, groups, pods, errors",
        "left, right   sort by another column (also < and >)",
        "r             reverse the order",
        "/             filter: rows with that text in a cell; Enter keeps it, Escape clears it",
        "w             more columns, or fewer",
        "up, down      scroll (also Page Up, Page Down, Home, End)",
        "space         the figures stand still, or move again",
        "q, Ctrl-C     quit; Ctrl-Z gives the terminal back until fg",
        "",
        "Rates and percentiles are over the last interval of each KafkaMonitor. A dash is a figure that is not known.",
        "OUT is what pods send (requests, records produced), IN what they receive.",
    ];

    /// <summary>Rows that a screen has room for.</summary>
    public static int RoomFor(int height) => Math.Max(1, height - Frame);

    /// <summary>The screen's lines, none wider than it is and no more than it has.</summary>
    /// <param name="state">What keys have changed.</param>
    /// <param name="table">The rows.</param>
    /// <param name="note">What is wrong, or how old the figures are; may be empty.</param>
    /// <param name="clock">The time as it is shown.</param>
    /// <param name="size">The screen.</param>
    public IReadOnlyList<string> Draw(TopState state, TopTable table, TopNote note, string clock, (int Width, int Height) size)
    {
        var lines = new List<string>
        {
            style.Bold(Line($"kafkamesh top: {state.View.Name} of {scope.Text}  {clock}{(state.IsPaused ? "  PAUSED" : "")}", size.Width)),
            NoteLine(state, table, note, size.Width),
        };
        lines.AddRange(state.IsHelp ? Help(size.Width) : Table(state, table, size));
        while (lines.Count < size.Height - 1)
            lines.Add("");
        lines = [.. lines.Take(Math.Max(1, size.Height - 1)), style.Dim(Line(Keys, size.Width))];
        return [.. lines.Take(size.Height)];
    }

    private static string Line(string text, int width) => TextWidth.Fit(PlainText.Of(text), width);

    private string NoteLine(TopState state, TopTable table, TopNote note, int width)
    {
        if (state.IsEditing)
            return Line($"filter: {state.Filter}_", width);
        if (note.IsWrong)
            return style.Red(Line(note.Text, width));
        var filtered = state.Filter.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  filter '{state.Filter}': {table.Count} of {table.Total}");
        return Line(note.Text + filtered, width);
    }

    private IEnumerable<string> Help(int width) => new[] { style.Bold(Line("Keys", width)) }.Concat(s_help.Select(l => Line(l, width)));

    private IEnumerable<string> Table(TopState state, TopTable table, (int Width, int Height) size)
    {
        var columns = table.Columns.ToList();
        var rows = table.Texts().ToList();
        var heads = columns.Select((c, i) => c.Head + (i == table.Sorted ? state.Order.IsDescending ? "▼" : "▲" : "")).ToList();
        var widths = columns.Select((_, i) => Math.Min(MaxName, rows.Select(r => TextWidth.Of(r[i])).Append(TextWidth.Of(heads[i])).Max())).ToList();
        yield return style.Reverse(Compose(heads, columns, widths, size.Width));
        foreach (var row in rows.Skip(state.Offset).Take(RoomFor(size.Height)))
            yield return Compose(row, columns, widths, size.Width);
    }

    private static string Compose(IReadOnlyList<string> cells, List<TopColumn> columns, List<int> widths, int room)
    {
        var text = new StringBuilder();
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = TextWidth.Fit(cells[i], widths[i]);
            text.Append(i == 0 ? "" : Gap).Append(columns[i].IsFigure ? TextWidth.PadLeft(cell, widths[i]) : TextWidth.PadRight(cell, widths[i]));
        }
        return TextWidth.Fit(text.ToString().TrimEnd(' '), room);
    }
}
