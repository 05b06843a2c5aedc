using KafkaMesh.Operator.Tests.Dashboard;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary><c>kafkamesh top</c> on a real pseudo-terminal: it follows size and keys, and leaves the terminal as it was on every way out.</summary>
public sealed class FullScreenTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private const string Enter = "\u001b[?1049h";
    private const string Leave = "\u001b[?25h\u001b[?1049l";

    [Fact]
    public async Task Top_OnATerminal_FollowsKeysAndSizeAndQuits()
    {
        await fixture.ApplyMonitorAsync("screened");
        await fixture.EntryAsync("orders.screened.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync("screened", "a", "127.0.11.81", DashboardFixture.Full("screened", 1, 100, uptime: 10));
        await fixture.UntilJsonAsync("/api/v1/namespaces/screened/monitors/orders", m => m["apis"]!.AsArray().Count > 1);
        using var terminal = new TerminalProcess("top", "orders", "-n", "screened", "--interval", "1s", "--kubeconfig", fixture.KubeconfigPath);
        await terminal.UntilAsync("first screen", o => Shows(o, s => s.Count == 20 && s[0].StartsWith("kafkamesh top: apis of KafkaMonitor screened/orders", StringComparison.Ordinal)));
        Assert.Contains(Enter, terminal.Output, StringComparison.Ordinal);
        await terminal.UntilAsync("both APIs", o => Shows(o, s => s.Any(l => l.StartsWith("Produce ", StringComparison.Ordinal)) && s.Any(l => l.StartsWith("Fetch ", StringComparison.Ordinal))));

        terminal.Press("3");
        await terminal.UntilAsync("topics", o => Shows(o, s => s[0].Contains(": topics of ", StringComparison.Ordinal) && s.Any(l => l.StartsWith("<script>", StringComparison.Ordinal))));
        terminal.Press("/script\r");
        await terminal.UntilAsync("filtered", o => Shows(o, s => s[1].EndsWith("filter 'script': 2 of 8", StringComparison.Ordinal)));
        await terminal.ResizeAsync(40, 8);
        await terminal.UntilAsync("smaller", o => Shows(o, s => s.Count == 8 && s.All(l => l.Length <= 40)));
        Assert.DoesNotContain(terminal.Output, c => c is '\u202e' or '\u2066' or '\u0007');

        terminal.Press("q");
        await EndedAsync(terminal, code: "0");
    }

    [Theory]
    [InlineData("INT", "0")]
    [InlineData("TERM", "143")]
    [InlineData("HUP", "129")]
    public async Task Top_Signal_LeavesTheTerminalAsItWas(string signal, string code)
    {
        using var terminal = new TerminalProcess("top", "-A", "--kubeconfig", fixture.KubeconfigPath);
        await terminal.UntilAsync("first screen", o => Shows(o, s => s[0].StartsWith("kafkamesh top: monitors of all namespaces", StringComparison.Ordinal)));
        await terminal.SignalAsync(signal);
        await EndedAsync(terminal, code);
    }

    [Fact]
    public async Task Top_ControlC_LeavesTheTerminalAsItWas()
    {
        using var terminal = new TerminalProcess("top", "-A", "--kubeconfig", fixture.KubeconfigPath);
        await terminal.UntilAsync("first screen", o => Shows(o, _ => true));
        terminal.Press("\u0003");
        await EndedAsync(terminal, code: "0");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Top_ControlZ_GivesTheTerminalBackAndDrawsAgain(bool bySignal)
    {
        using var terminal = new TerminalProcess(hasJobs: true, "top", "-A", "--interval", "1s", "--kubeconfig", fixture.KubeconfigPath);
        await terminal.UntilAsync("first screen", o => Shows(o, s => s[0].StartsWith("kafkamesh top: monitors of all namespaces", StringComparison.Ordinal)));
        if (bySignal)
            await terminal.SignalAsync("TSTP");
        else
            terminal.Press("\u001a");
        await terminal.UntilAsync("stopped", o => AfterLast(o, Leave).Contains("stopped=", StringComparison.Ordinal));
        Assert.Equal((terminal.Value("before"), "147"), (terminal.Value("stopped"), terminal.Value("code"))); // 128 and SIGSTOP

        terminal.Press("\n");
        await terminal.UntilAsync("drawn again", o => Shows(AfterLast(o, Leave), s => s[0].StartsWith("kafkamesh top: monitors of all namespaces", StringComparison.Ordinal)));
        Assert.Contains(Enter, AfterLast(terminal.Output, Leave), StringComparison.Ordinal);
        terminal.Press("2");
        await terminal.UntilAsync("keys again", o => Shows(o, s => s[0].Contains(": apis of ", StringComparison.Ordinal)));
        terminal.Press("q");
        await EndedAsync(terminal, code: "0");
    }

    [Fact]
    public async Task Top_Once_DrawsNothing()
    {
        using var terminal = new TerminalProcess("top", "-A", "--once", "--kubeconfig", fixture.KubeconfigPath);
        await terminal.UntilAsync("ended", o => o.Contains("after=", StringComparison.Ordinal));
        Assert.DoesNotContain(Enter, terminal.Output, StringComparison.Ordinal);
    }

    private static async Task EndedAsync(TerminalProcess terminal, string code)
    {
        await terminal.UntilAsync("ended", o => o.TrimEnd().Split('\n')[^1].Contains("after=", StringComparison.Ordinal));
        Assert.Equal((code, terminal.Value("before")), (terminal.Value("code"), terminal.Value("after")));
        Assert.True(terminal.Output.LastIndexOf(Leave, StringComparison.Ordinal) > terminal.Output.LastIndexOf(Enter, StringComparison.Ordinal), terminal.Output);
    }

    private static string AfterLast(string output, string mark) => output[(output.LastIndexOf(mark, StringComparison.Ordinal) + 1)..];

    private static bool Shows(string output, Func<IReadOnlyList<string>, bool> condition) => ScreenText.Last(output) is { } screen && condition(screen);
}
