using System.CommandLine;
using System.Globalization;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Commands.Taps;
using KafkaMesh.Operator.Commands.Top;
using KafkaMesh.Operator.Commands.Top.Screen;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh top</c>: the busiest monitors, APIs, topics, clients, groups and pods, live.</summary>
internal sealed class TopCommand
{
    private const string Help = $"""
        kafkamesh top                  KafkaMonitors of the namespace
        kafkamesh top MONITOR          its API keys
        kafkamesh top VIEW [MONITOR]   VIEW: monitors, apis, topics, clients, groups, pods or errors; of all KafkaMonitors without MONITOR

        On a terminal it takes the whole screen and follows the figures: ? explains the keys. Elsewhere, and with --once or -o json, it shows
        them once. Rates and percentiles are over the last interval of each KafkaMonitor; a dash is a figure that is not known. A KafkaMonitor
        that is called like a view is kafkamonitor/NAME.

        {OperatorHelp.Access}

        {OperatorHelp.ExitCodes}
        """;

    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(2);

    private readonly ClusterOptions _cluster = new("Namespace [default: the context's]");
    private readonly Argument<string[]> _what = new("what") { Description = "A view, a KafkaMonitor, or both", HelpName = "VIEW|MONITOR", Arity = new ArgumentArity(0, 2) };
    private readonly Option<bool> _all = new("--all-namespaces", "-A") { Description = "KafkaMonitors of all namespaces" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "table, wide or json", HelpName = "table|wide|json" };
    private readonly Option<bool> _once = new("--once") { Description = "Show it once, also on a terminal" };
    private readonly Option<string?> _sort = new("--sort") { Description = "Sort by this column, by its heading [default: by traffic]", HelpName = "COLUMN" };
    private readonly Option<string?> _filter = new("--filter") { Description = "Only rows with this text in a cell", HelpName = "TEXT" };
    private readonly Option<string?> _interval = new("--interval") { Description = "Ask again after so long, such as 5s [default: 2s]", HelpName = "DURATION" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var self = new TopCommand();
        var command = new Command("top", "The busiest KafkaMonitors, API keys, topics, clients, groups and pods, live") { HelpWithText.Option(Help), self._what };
        self._cluster.AddTo(command);
        foreach (var option in (Option[])[self._all, self._output, self._once, self._sort, self._filter, self._interval])
            command.Options.Add(option);
        command.SetAction((result, _) => CommandOutput.GuardAsync("top", () => self.RunAsync(result)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        var (view, monitor) = What(result.GetValue(_what) ?? []);
        var output = result.GetValue(_output) ?? "table";
        if (output is not ("table" or "wide" or "json"))
            throw new UsageException($"--output: '{output}' is not accepted; it takes table, wide or json");
        if (result.GetValue(_all) && (monitor ?? _cluster.NamespaceName(result)) is not null)
            throw new UsageException("--all-namespaces shows every KafkaMonitor; leave out its name and -n");
        var order = TopOrder.Of(view, Column(view, result.GetValue(_sort)), PlainText.Of(result.GetValue(_filter) ?? ""), output == "wide");
        var interval = Interval(result.GetValue(_interval));
        var configuration = _cluster.Configuration(result);
        using var client = ClusterOptions.Connect(configuration);
        var scope = new TopScope(result.GetValue(_all) ? null : _cluster.NamespaceName(result) ?? configuration.Namespace, monitor);
        var source = new TopSource(new OperatorClient(client, _cluster.OperatorNamespace(result)), scope);
        using var interruption = new Interruption();
        try
        {
            var first = await source.LoadAsync(view, interruption.Token);
            if (output != "json" && !result.GetValue(_once) && FullScreen.IsPossible())
                await ShowAsync(first, new TopState(view, order, scope), scope, source, interval, interruption.Token);
            else
                await PrintAsync(view, new TopTable(view, first, order, scope), first, output, scope);
            return interruption.ExitCode;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
    }

    private static async Task ShowAsync(
        TopData first, TopState state, TopScope scope, TopSource source, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var screen = new FullScreen();
        var page = new TopPage(TerminalStyle.Detect(), scope);
        using var loop = new TopLoop(screen, page, state, scope, source.LoadAsync, interval, TimeProvider.System);
        await loop.RunAsync(first, cancellationToken);
    }

    private static async Task PrintAsync(TopView view, TopTable table, TopData data, string output, TopScope scope)
    {
        if (output == "json")
            await Console.Out.WriteAsync(OutputJson.WriteIndented(table.ToJson(data.Now)));
        else if (table.Count > 0)
            await Console.Out.WriteAsync(table.Write());
        else if (data.Monitors.Count == 0)
            await Console.Error.WriteLineAsync($"kafkamesh top: there is no KafkaMonitor in {scope.Text}");
        else
            await Console.Error.WriteLineAsync($"kafkamesh top: there are no {view.Name} of {scope.Text} to show");
        if (view.LeftOut(data) is > 0 and var more)
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"note: {more} more {view.Name} had no room in the operator's answer"));
    }

    private static (TopView View, string? Monitor) What(string[] words)
    {
        var named = words.Where(w => TopViews.Find(w) is null).ToList();
        if (named.Count > 1 || words.Length - named.Count > 1)
            throw new UsageException($"'{string.Join(' ', words)}': give one view ({string.Join(", ", TopViews.All.Select(v => v.Name))}) and one KafkaMonitor at most");
        var monitor = named.Count == 0 ? null
            : TapTarget.Parse(named[0]) is { IsPod: false, Name: var name } ? name
            : throw new UsageException($"'{named[0]}' is a pod; kafkamesh top pods shows pods");
        var view = words.Select(TopViews.Find).FirstOrDefault(v => v is not null);
        return (view ?? TopViews.Find(monitor is null ? "monitors" : "apis")!, monitor);
    }

    private static string? Column(TopView view, string? text) => text is null ? null
        : view.Columns.FirstOrDefault(c => string.Equals(c.Head, text, StringComparison.OrdinalIgnoreCase))?.Head
            ?? throw new UsageException($"--sort: '{text}' is no column of {view.Name}; there is {string.Join(", ", view.Columns.Select(c => c.Head))}");

    private static TimeSpan Interval(string? text) => text is null ? DefaultInterval
        : DurationText.Parse(text) ?? throw new UsageException($"--interval: '{text}' is not accepted; it takes a duration such as 2s or 1m, at most 24h");
}
