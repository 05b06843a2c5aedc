using System.Globalization;
using System.Text;
using System.Threading.Channels;
using KafkaMesh.Operator.Diagnosis;

namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>Shows a view on a terminal until it is quit: asks again and again, follows keys and the terminal's size.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="page">Draws.</param>
/// <param name="state">What keys have changed.</param>
/// <param name="scope">Which KafkaMonitors.</param>
/// <param name="load">Asks the operator.</param>
/// <param name="interval">Pause between questions.</param>
/// <param name="time">The clock.</param>
internal sealed class TopLoop(
    ITerminal terminal, TopPage page, TopState state, TopScope scope, Func<TopView, CancellationToken, Task<TopData>> load, TimeSpan interval, TimeProvider time) : IDisposable
{
    private static readonly TopData s_nothing = new(DateTimeOffset.UnixEpoch, [], []);

    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _wake = new(0);
    private TopData _data = s_nothing;
    private string _shownView = state.View.Name;
    private long _answered;
    private string? _wrong;

    /// <summary>Shows it.</summary>
    /// <param name="first">The first answer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(TopData first, CancellationToken cancellationToken)
    {
        (_data, _answered) = (first, time.GetTimestamp());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        terminal.Changed += Redraw;
        var asking = AskAsync(stop.Token);
        var keys = KeysAsync(stop.Token);
        try
        {
            var isThere = Draw();
            while (isThere && !state.IsOver && await _events.Reader.WaitToReadAsync(stop.Token))
            {
                while (!state.IsOver && _events.Reader.TryRead(out var happen))
                    happen();
                isThere = state.IsOver || Draw();
            }
        }
        finally
        {
            terminal.Changed -= Redraw;
            await stop.CancelAsync();
            await Task.WhenAll(asking, keys);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private void Redraw(object? sender, EventArgs arguments) => _events.Writer.TryWrite(() => { });

    // A view is asked for at once when it is switched to, else after the pause.
    private async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(interval, cancellationToken);
                await AskOnceAsync(state.View, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task AskOnceAsync(TopView view, CancellationToken cancellationToken)
    {
        try
        {
            var data = await load(view, cancellationToken);
            _events.Writer.TryWrite(() => Take(view, data));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: old figures without a word would be taken for new ones, and the next question may be answered.
            _events.Writer.TryWrite(() => _wrong = error.Message.ReplaceLineEndings(" "));
        }
    }

    private void Take(TopView view, TopData data)
    {
        (_answered, _wrong) = (time.GetTimestamp(), null);
        if (state.IsPaused && _shownView == view.Name)
            return;
        (_data, _shownView) = (data, view.Name);
    }

    private async Task KeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var key in terminal.Keys.ReadAllAsync(cancellationToken))
                _events.Writer.TryWrite(() => Press(key));
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private void Press(ConsoleKeyInfo key)
    {
        var view = state.View;
        state.Press(key, Table().Count, TopPage.RoomFor(terminal.Size.Height));
        if (state.View == view)
            return;
        if (state.View.NeedsDetails && _data.Details.Count == 0 && _data.Monitors.Count > 0)
            _data = s_nothing; // what is known is not enough for it
        _shownView = "";
        _wake.Release();
    }

    private TopTable Table() => new(state.View, _data, state.Order, scope);

    private bool Draw()
    {
        var size = terminal.Size;
        var table = Table();
        state.Clamp(table.Count, TopPage.RoomFor(size.Height));
        var text = new StringBuilder("\u001b[H");
        var lines = page.Draw(state, table, Note(table), time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture), size);
        for (var i = 0; i < lines.Count; i++)
            text.Append(lines[i]).Append("\u001b[K").Append(i < lines.Count - 1 ? "\r\n" : "");
        return terminal.Write(text.Append("\u001b[J").ToString());
    }

    private TopNote Note(TopTable table)
    {
        if (_wrong is not null)
            return new TopNote($"figures of {AgeText.Of(time.GetElapsedTime(_answered))} ago: {_wrong}", IsWrong: true);
        if (ReferenceEquals(_data, s_nothing))
            return new TopNote("asking the operator", IsWrong: false);
        var more = state.View.LeftOut(_data) is > 0 and var count ? string.Create(CultureInfo.InvariantCulture, $"; {count} more had no room") : "";
        if (scope.Monitor is not null && _data.Monitors is [var monitor])
            return new TopNote($"{(monitor.Stale ? "stale, " : "")}{monitor.HealthText}{more}", monitor.Stale || monitor.Health is "Degraded" or "Conflict");
        return new TopNote(string.Create(CultureInfo.InvariantCulture, $"{_data.Monitors.Count} KafkaMonitors{(state.View.NeedsDetails ? $", {table.Total} {state.View.Name}" : "")}{more}"), IsWrong: false);
    }
}
