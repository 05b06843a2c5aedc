using KafkaMesh.Operator.Commands.Top;
using KafkaMesh.Operator.Commands.Top.Screen;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary>What keys do.</summary>
public sealed class TopStateTests
{
    private readonly TopState _state = new(TopViews.Find("apis")!, TopOrder.Of(TopViews.Find("apis")!, null, "", isWide: false), new TopScope("shop", "orders"));

    [Fact]
    public void Press_ColumnAndReverse_ChangeTheOrderOfThatViewOnly()
    {
        Press('>');
        Assert.Equal(("ERR%", true), (_state.Order.Column, _state.Order.IsDescending));
        Press('r');
        Assert.False(_state.Order.IsDescending);
        Press(ConsoleKey.LeftArrow);
        Press(ConsoleKey.LeftArrow);
        Assert.Equal(("API", false), (_state.Order.Column, _state.Order.IsDescending));
        Press(ConsoleKey.LeftArrow);
        Assert.Equal("ERRORS", _state.Order.Column);
        Press('3');
        Assert.Equal(("topics", "BYTES OUT/S"), (_state.View.Name, _state.Order.Column));
        Press('2');
        Assert.Equal("ERRORS", _state.Order.Column);
    }

    [Fact]
    public void Press_Tab_GoesThroughAllViewsAndAround()
    {
        var seen = new List<string>();
        foreach (var _ in TopViews.All)
        {
            seen.Add(_state.View.Name);
            Press(ConsoleKey.Tab);
        }
        Assert.Equal(["apis", "topics", "clients", "groups", "pods", "errors", "monitors"], seen);
        Assert.Equal("apis", _state.View.Name);
        _state.Press(new ConsoleKeyInfo('\t', ConsoleKey.Tab, shift: true, alt: false, control: false), 10, 5);
        Assert.Equal("monitors", _state.View.Name);
    }

    [Fact]
    public void Press_Filter_TakesTextUntilEnterAndNoControlCharacters()
    {
        Press('/');
        foreach (var c in "qx\u0007")
            Press(c);
        Press(ConsoleKey.Backspace);
        Assert.Equal(("q", true, false), (_state.Filter, _state.IsEditing, _state.IsOver));
        Press(ConsoleKey.Enter);
        Assert.False(_state.IsEditing);
        Press(ConsoleKey.Escape);
        Assert.Equal("", _state.Filter);
        Press('/');
        foreach (var c in new string('x', 500))
            Press(c);
        Assert.Equal(100, _state.Filter.Length);
        Press(ConsoleKey.Escape);
        Assert.Equal(("", false), (_state.Filter, _state.IsEditing));
        Press('q');
        Assert.True(_state.IsOver);
    }

    [Fact]
    public void Press_Scrolling_StaysWithinTheRows()
    {
        Press(ConsoleKey.UpArrow);
        Assert.Equal(0, _state.Offset);
        Press(ConsoleKey.PageDown);
        Assert.Equal(5, _state.Offset);
        Press(ConsoleKey.End);
        Assert.Equal(15, _state.Offset);
        Press(ConsoleKey.DownArrow);
        Assert.Equal(15, _state.Offset);
        _state.Clamp(rows: 3, page: 5);
        Assert.Equal(0, _state.Offset);
    }

    [Fact]
    public void Press_HelpPauseAndWide_Toggle()
    {
        Press(' ');
        Press('w');
        Press('?');
        Assert.Equal((true, true, true), (_state.IsPaused, _state.IsWide, _state.IsHelp));
        Press('q');
        Assert.Equal((false, false), (_state.IsHelp, _state.IsOver));
        Press(' ');
        Assert.False(_state.IsPaused);
    }

    private void Press(char c) => _state.Press(new ConsoleKeyInfo(c, default, shift: false, alt: false, control: false), rows: 20, page: 5);

    private void Press(ConsoleKey key) => _state.Press(new ConsoleKeyInfo('\0', key, shift: false, alt: false, control: false), rows: 20, page: 5);
}
