using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Commands.Top;
using KafkaMesh.Operator.Commands.Top.Screen;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary>The full screen on a terminal that the test holds.</summary>
public sealed class TopLoopTests
{
    private static readonly TopScope Scope = new("shop", "orders");
    private static readonly TopData First = TopTestData.Of(("Produce", 10), ("Fetch", 200));

    private readonly FakeTerminal _terminal = new();
    private volatile Func<TopView, Task<TopData>> _load = _ => Task.FromResult(First);

    [Fact]
    public async Task Run_KeysAndSize_DrawAnew()
    {
        using var stop = new CancellationTokenSource();
        var running = RunAsync(TimeSpan.FromHours(1), stop.Token);
        var screen = await _terminal.UntilAsync(_ => true);
        Assert.Equal(12, screen.Count);
        Assert.StartsWith("kafkamesh top: apis of KafkaMonitor shop/orders  ", screen[0], StringComparison.Ordinal);
        Assert.Equal("1 of 1 sidecars report.", screen[1]);
        Assert.Matches("^API +REQ/S▼ +ERR% ", screen[2]);
        Assert.StartsWith("Fetch ", screen[3], StringComparison.Ordinal);
        Assert.StartsWith("q quit ", screen[^1], StringComparison.Ordinal);

        _terminal.Press('r');
        await _terminal.UntilAsync(s => s[3].StartsWith("Produce ", StringComparison.Ordinal));
        _terminal.Press('?');
        await _terminal.UntilAsync(s => s[2] == "Keys");
        _terminal.Press('x');
        _terminal.Resize(20, 6);
        screen = await _terminal.UntilAsync(s => s.Count == 6 && s[2] != "Keys");
        Assert.All(screen, l => Assert.InRange(TextWidth.Of(l), 0, 20));
        foreach (var (width, height) in new[] { (1, 1), (3, 2), (500, 200) })
        {
            _terminal.Resize(width, height);
            screen = await _terminal.UntilAsync(s => s.Count == height);
            Assert.All(screen, l => Assert.InRange(TextWidth.Of(l), 0, width));
        }
        _terminal.Press('q');
        await running;
    }

    [Fact]
    public async Task Run_AnotherView_AsksForItAtOnce()
    {
        var asked = new TaskCompletionSource<string>();
        _load = view =>
        {
            asked.TrySetResult(view.Name);
            return Task.FromResult(First);
        };
        var running = RunAsync(TimeSpan.FromHours(1), default);
        _terminal.Press('5');
        Assert.Equal("groups", await asked.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await _terminal.UntilAsync(s => s[0].Contains(": groups of ", StringComparison.Ordinal));
        _terminal.Press('q');
        await running;
    }

    [Fact]
    public async Task Run_OperatorGoneAndBack_KeepsFiguresAndSaysSo()
    {
        _load = _ => throw new OperatorApiException(69, "no replica of the operator is ready");
        var running = RunAsync(TimeSpan.FromMilliseconds(20), default);
        var screen = await _terminal.UntilAsync(s => s[1].EndsWith(" ago: no replica of the operator is ready", StringComparison.Ordinal));
        Assert.StartsWith("Fetch ", screen[3], StringComparison.Ordinal);
        _load = _ => Task.FromResult(TopTestData.Of(("Metadata", 1)));
        await _terminal.UntilAsync(s => s[1] == "1 of 1 sidecars report." && s[3].StartsWith("Metadata ", StringComparison.Ordinal));
        _terminal.Press('q');
        await running;
    }

    [Fact]
    public async Task Run_FailureThatNobodyForesaw_IsSaidAndAskingGoesOn()
    {
        _load = _ => Task.FromException<TopData>(new InvalidDataException("the answer is odd"));
        var running = RunAsync(TimeSpan.FromMilliseconds(20), default);
        await _terminal.UntilAsync(s => s[1].EndsWith(" ago: the answer is odd", StringComparison.Ordinal));
        _load = _ => Task.FromException<TopData>(new TaskCanceledException("it took too long"));
        await _terminal.UntilAsync(s => s[1].EndsWith(" ago: it took too long", StringComparison.Ordinal));
        _load = _ => Task.FromResult(TopTestData.Of(("Metadata", 1)));
        await _terminal.UntilAsync(s => s[3].StartsWith("Metadata ", StringComparison.Ordinal));
        _terminal.Press('q');
        await running;
    }

    [Fact]
    public async Task Run_Paused_FiguresStandStillUntilItGoesOn()
    {
        var asked = 0;
        _load = _ => Task.FromResult(TopTestData.Of(($"Api{Interlocked.Increment(ref asked)}", 1)));
        var running = RunAsync(TimeSpan.FromMilliseconds(20), default);
        _terminal.Press(' ');
        var paused = await _terminal.UntilAsync(s => s[0].EndsWith("PAUSED", StringComparison.Ordinal));
        var until = Volatile.Read(ref asked) + 5;
        while (Volatile.Read(ref asked) < until)
        {
            var screen = await _terminal.UntilAsync(_ => true);
            Assert.Equal(paused[3], screen[3]);
        }
        _terminal.Press(' ');
        await _terminal.UntilAsync(s => s[3] != paused[3]);
        _terminal.Press('q');
        await running;
    }

    [Fact]
    public async Task Run_TerminalGoneOrCancelled_Ends()
    {
        using var stop = new CancellationTokenSource();
        var running = RunAsync(TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        _terminal.IsGone = true;
        await RunAsync(TimeSpan.FromHours(1), default).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task RunAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        var view = TopViews.Find("apis")!;
        var state = new TopState(view, TopOrder.Of(view, null, "", isWide: false), Scope);
        using var loop = new TopLoop(_terminal, new TopPage(new TerminalStyle(IsRich: true), Scope), state, Scope, (v, _) => _load(v), interval, TimeProvider.System);
        await loop.RunAsync(First, cancellationToken);
    }
}
