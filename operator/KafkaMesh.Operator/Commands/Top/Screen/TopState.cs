using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>What keys have changed: view, order, filter, place, pause, help.</summary>
internal sealed class TopState
{
    private const int MaxFilter = 100;

    private readonly TopScope _scope;
    private readonly Dictionary<string, (string Column, bool IsDescending)> _orders = new(StringComparer.Ordinal);

    /// <summary>Begins with a view.</summary>
    /// <param name="view">The view.</param>
    /// <param name="order">Its order.</param>
    /// <param name="scope">Which KafkaMonitors.</param>
    public TopState(TopView view, TopOrder order, TopScope scope)
    {
        (View, _scope, Filter, IsWide) = (view, scope, order.Filter, order.IsWide);
        _orders[view.Name] = (order.Column, order.IsDescending);
    }

    /// <summary>The view.</summary>
    public TopView View { get; private set; }

    /// <summary>What is shown of it.</summary>
    public TopOrder Order => _orders.TryGetValue(View.Name, out var order)
        ? new TopOrder(order.Column, order.IsDescending, Filter, IsWide)
        : TopOrder.Of(View, column: null, Filter, IsWide);

    /// <summary>Part of a cell that rows must have.</summary>
    public string Filter { get; private set; }

    /// <summary>Whether keys write the filter.</summary>
    public bool IsEditing { get; private set; }

    /// <summary>Whether wide columns are shown.</summary>
    public bool IsWide { get; private set; }

    /// <summary>Whether the figures stand still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether the keys are explained.</summary>
    public bool IsHelp { get; private set; }

    /// <summary>Whether it is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Rows that are above the screen.</summary>
    public int Offset { get; private set; }

    /// <summary>Takes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="rows">Rows that there are.</param>
    /// <param name="page">Rows that the screen has room for.</param>
    public void Press(ConsoleKeyInfo key, int rows, int page)
    {
        if (IsEditing)
            Edit(key);
        else if (IsHelp)
            IsHelp = false;
        else
            Command(key, page);
        Clamp(rows, page);
    }

    /// <summary>Keeps the place within the rows.</summary>
    public void Clamp(int rows, int page) => Offset = Math.Clamp(Offset, 0, Math.Max(0, rows - page));

    private void Command(ConsoleKeyInfo key, int page)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                Move(-1);
                return;
            case ConsoleKey.RightArrow:
                Move(1);
                return;
            case ConsoleKey.UpArrow:
                Offset--;
                return;
            case ConsoleKey.DownArrow:
                Offset++;
                return;
            case ConsoleKey.PageUp:
                Offset -= page;
                return;
            case ConsoleKey.PageDown:
                Offset += page;
                return;
            case ConsoleKey.Home:
                Offset = 0;
                return;
            case ConsoleKey.End:
                Offset = int.MaxValue;
                return;
            case ConsoleKey.Tab:
                Switch((TopViews.All.ToList().IndexOf(View) + (key.Modifiers.HasFlag(ConsoleModifiers.Shift) ? TopViews.All.Count - 1 : 1)) % TopViews.All.Count);
                return;
            case ConsoleKey.Escape:
                Filter = "";
                return;
        }
        switch (key.KeyChar)
        {
            case 'q' or 'Q':
                IsOver = true;
                break;
            case '?' or 'h':
                IsHelp = true;
                break;
            case '/':
                IsEditing = true;
                break;
            case ' ' or 'p':
                IsPaused = !IsPaused;
                break;
            case 'w':
                IsWide = !IsWide;
                break;
            case 'r':
                var order = Order;
                _orders[View.Name] = (order.Column, !order.IsDescending);
                break;
            case '<':
                Move(-1);
                break;
            case '>':
                Move(1);
                break;
            case >= '1' and <= '9' when key.KeyChar - '1' < TopViews.All.Count:
                Switch(key.KeyChar - '1');
                break;
        }
    }

    private void Edit(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsEditing = false;
                break;
            case ConsoleKey.Escape:
                (Filter, IsEditing) = ("", false);
                break;
            case ConsoleKey.Backspace:
                Filter = Filter[..^Math.Min(1, Filter.Length)];
                break;
            default:
                if (Filter.Length < MaxFilter && !char.IsControl(key.KeyChar) && !char.IsSurrogate(key.KeyChar))
                    Filter += PlainText.Of(key.KeyChar.ToString());
                break;
        }
    }

    private void Move(int step)
    {
        var visible = TopTable.Visible(View, IsWide, _scope);
        var now = visible.FindIndex(i => View.Columns[i].Head == Order.Column);
        var column = View.Columns[visible[(Math.Max(now, 0) + step + visible.Count) % visible.Count]];
        _orders[View.Name] = (column.Head, column.IsFigure);
        Offset = 0;
    }

    private void Switch(int index) => (View, Offset) = (TopViews.All[index], 0);
}
