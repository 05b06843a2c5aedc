using System.CommandLine;
using System.Globalization;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Commands.Topology;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh topology</c>: who produces to which topics, who consumes them, and which brokers they are connected to.</summary>
internal sealed class TopologyCommand
{
    private const string Help = $"""
        Who produces to which topics, who consumes them, and which brokers pods are connected to, as their sidecars see it: outbound traffic
        of living pods. Rates are over the last interval of the KafkaMonitor; -o wide adds totals of living pods. -o json is the operator's
        answer (docs/api), -o dot draws: kafkamesh topology -o dot | dot -Tsvg > topology.svg

        {OperatorHelp.Access}

        {OperatorHelp.ExitCodes}
        """;

    private const int MaxLimit = 1000;

    private readonly ClusterOptions _cluster = new("Namespace [default: the context's]");
    private readonly Argument<string?> _monitor = new("monitor") { Description = "Only what this KafkaMonitor sees", HelpName = "MONITOR", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all-namespaces", "-A") { Description = "Pods of all namespaces" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "table, wide, json or dot", HelpName = "table|wide|json|dot" };
    private readonly Option<bool> _pods = new("--pods") { Description = "A row per pod instead of one per workload" };
    private readonly Option<string?> _limit = new("--limit") { Description = "Most topics, the busiest; the others become __other__ [default: 50]", HelpName = "N" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var self = new TopologyCommand();
        var command = new Command("topology", "Who produces to and consumes from which topics") { HelpWithText.Option(Help), self._monitor };
        self._cluster.AddTo(command);
        foreach (var option in (Option[])[self._all, self._output, self._pods, self._limit])
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) => CommandOutput.GuardAsync("topology", () => self.RunAsync(result, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var (monitor, isAll, output) = (result.GetValue(_monitor), result.GetValue(_all), result.GetValue(_output) ?? "table");
        if (output is not ("table" or "wide" or "json" or "dot"))
            throw new UsageException($"--output: '{output}' is not accepted; it takes table, wide, json or dot");
        if (isAll && (monitor ?? _cluster.NamespaceName(result)) is not null)
            throw new UsageException("--all-namespaces shows everything; leave out the name and -n");
        var limit = Limit(result.GetValue(_limit));
        var configuration = _cluster.Configuration(result);
        using var client = ClusterOptions.Connect(configuration);
        var space = isAll ? null : _cluster.NamespaceName(result) ?? configuration.Namespace;
        var body = await new OperatorClient(client, _cluster.OperatorNamespace(result)).GetAsync(Path(space, monitor, result.GetValue(_pods), limit), cancellationToken);
        if (output == "json")
        {
            await Console.Out.WriteAsync(OutputJson.Indent(body));
            return 0;
        }
        var view = OperatorClient.Parse(body, DashboardJson.Default.TopologyView);
        if (view.Edges.Count == 0)
            await Console.Error.WriteLineAsync($"kafkamesh topology: no sidecar {(space is null ? "" : $"in namespace {space} ")}has reported outbound traffic");
        else if (output != "dot")
            await Console.Out.WriteAsync(new TopologyText(withNamespaces: isAll, isWide: output == "wide").Write(view));
        if (output == "dot")
            await Console.Out.WriteAsync(TopologyDot.Write(view));
        foreach (var note in TopologyText.Notes(view))
            await Console.Error.WriteLineAsync(note);
        return 0;
    }

    private static int Limit(string? text) => text is null ? 50
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit ? limit
        : throw new UsageException($"--limit: '{text}' is not accepted; it takes 1 to {MaxLimit}");

    private static string Path(string? space, string? monitor, bool byPod, int limit)
    {
        var path = $"api/v1/topology?by={(byPod ? "pod" : "workload")}&limit={limit}";
        if (space is not null)
            path += $"&namespace={Uri.EscapeDataString(space)}";
        return monitor is null ? path : $"{path}&monitor={Uri.EscapeDataString(monitor)}";
    }
}
