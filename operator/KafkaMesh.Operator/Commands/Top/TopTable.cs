using System.Text.Json.Nodes;
using KafkaMesh.Operator.Commands.Clusters;

namespace KafkaMesh.Operator.Commands.Top;

/// <summary>A view of some data: filtered, sorted, with the columns that are to be seen.</summary>
internal sealed class TopTable
{
    private readonly TopView _view;
    private readonly List<int> _visible;
    private readonly List<TopRow> _rows;

    /// <summary>Filters and sorts.</summary>
    /// <param name="view">The view.</param>
    /// <param name="data">The data.</param>
    /// <param name="order">What is shown, and in which order.</param>
    /// <param name="scope">What all rows have in common.</param>
    public TopTable(TopView view, TopData data, TopOrder order, TopScope scope)
    {
        _view = view;
        _visible = Visible(view, order.IsWide, scope);
        _rows = [.. view.Rows(data)];
        Total = _rows.Count;
        if (order.Filter.Length > 0)
            _rows.RemoveAll(r => !r.Cells.Any(c => c.Text.Contains(order.Filter, StringComparison.OrdinalIgnoreCase)));
        var column = Math.Max(0, view.Columns.ToList().FindIndex(c => c.Head == order.Column));
        _rows.Sort((a, b) => Compare(a, b, column, order.IsDescending));
        Sorted = _visible.IndexOf(column);
    }

    /// <summary>Rows before the filter.</summary>
    public int Total { get; }

    /// <summary>Rows after it.</summary>
    public int Count => _rows.Count;

    /// <summary>Headings and whether the column holds figures.</summary>
    public IEnumerable<TopColumn> Columns => _visible.Select(i => _view.Columns[i]);

    /// <summary>Which of <see cref="Columns"/> it is sorted by; -1 when that is not to be seen.</summary>
    public int Sorted { get; }

    /// <summary>Columns of a view that are to be seen, as indices.</summary>
    public static List<int> Visible(TopView view, bool isWide, TopScope scope) =>
        [.. Enumerable.Range(0, view.Columns.Count).Where(i => (isWide || !view.Columns[i].IsWide) && !scope.Implies(view, view.Columns[i].Head))];

    /// <summary>Texts of the rows, one per column that is to be seen.</summary>
    public IEnumerable<IReadOnlyList<string>> Texts() => _rows.Select(r => (IReadOnlyList<string>)[.. _visible.Select(i => r.Cells[i].Text)]);

    /// <summary>As kubectl prints tables.</summary>
    public string Write()
    {
        var table = new TableText([.. Columns.Select(c => c.IsFigure ? ">" + c.Head : c.Head)]);
        foreach (var row in Texts())
            table.Add([.. row]);
        return table.Write();
    }

    /// <summary>The rows as the API has them, each with its KafkaMonitor.</summary>
    /// <param name="now">The operator's time.</param>
    public JsonObject ToJson(DateTimeOffset now) => new()
    {
        ["apiVersion"] = "cli.kafkamesh.io/v1",
        ["kind"] = "Top",
        ["view"] = _view.Name,
        ["now"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["items"] = new JsonArray([.. _rows.Select(r => (JsonNode)new JsonObject { ["namespace"] = r.Namespace, ["monitor"] = r.Monitor, ["figures"] = r.ToJson() })]),
    };

    // What is not known is last in either order; rows that are equal keep one order, so that nothing jumps.
    private static int Compare(TopRow a, TopRow b, int column, bool isDescending)
    {
        var (x, y) = (a.Cells[column], b.Cells[column]);
        var order = (x.Number, y.Number) switch
        {
            (null, null) => string.CompareOrdinal(x.Text, y.Text) * (isDescending ? -1 : 1),
            (null, _) => 1,
            (_, null) => -1,
            _ => x.Number.Value.CompareTo(y.Number.Value) * (isDescending ? -1 : 1),
        };
        for (var i = 0; order == 0 && i < a.Cells.Count; i++)
            order = string.CompareOrdinal(a.Cells[i].Text, b.Cells[i].Text);
        return order;
    }
}
