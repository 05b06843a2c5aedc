using System.CommandLine;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Commands.Status;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh status</c>: KafkaMonitors in words and tables.</summary>
internal sealed class StatusCommand
{
    private const string Help = """
        Without MONITOR a line for each KafkaMonitor; with one its health, pods, connections, API keys, errors, topics, groups and
        conditions. Figures are what the operator last wrote; those that are older than their interval explains are said to be stale.
        Totals are since the monitor exists. It reads the resource alone, so that it works while the operator does not; the resource has no
        requests per second of each API key: --watch shows them from the second report on, and kafkamesh top apis MONITOR --once asks
        the operator for them.

        Exit codes:
          0   done
          1   there is no such KafkaMonitor
          64  wrong usage, or no usable kubeconfig
          69  the cluster cannot be asked
        """;

    private const int ExitNotFound = 1;
    private const string Clear = "\u001b[H\u001b[2J";
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly ClusterOptions _cluster = new("Namespace [default: the context's]");
    private readonly Argument<string?> _monitor = new("monitor") { Description = "Name of a KafkaMonitor", HelpName = "MONITOR", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all-namespaces", "-A") { Description = "KafkaMonitors of all namespaces" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "text, wide, json or yaml", HelpName = "text|wide|json|yaml" };
    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Show it again whenever it changes, until interrupted" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var self = new StatusCommand();
        var command = new Command("status", "What KafkaMonitors see: health, pods, API keys, topics") { HelpWithText.Option(Help), self._monitor };
        self._cluster.AddTo(command);
        foreach (var option in (Option[])[self._all, self._output, self._watch])
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) => CommandOutput.GuardAsync("status", () => self.RunAsync(result, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var (name, isAll, output) = (result.GetValue(_monitor), result.GetValue(_all), result.GetValue(_output) ?? "text");
        if (output is not ("text" or "wide" or "json" or "yaml"))
            throw new UsageException($"--output: '{output}' is not accepted; it takes text, wide, json or yaml");
        if (isAll && (name ?? _cluster.NamespaceName(result)) is not null)
            throw new UsageException("--all-namespaces shows every KafkaMonitor; leave out the name and -n");
        var configuration = _cluster.Configuration(result);
        using var client = ClusterOptions.Connect(configuration);
        var query = new Query(name, isAll ? null : _cluster.NamespaceName(result) ?? configuration.Namespace, output);
        var style = TerminalStyle.Detect();
        var rates = new RequestRates();
        if (!result.GetValue(_watch))
            return await ShowAsync(client, query, style, rates, isAgain: false, cancellationToken) is null ? ExitNotFound : 0;
        await WatchAsync(client, query, style, rates, cancellationToken);
        return 0;
    }

    // A watch tells that something changed; what is shown is always a whole answer.
    private static async Task WatchAsync(KubernetesClient client, Query query, TerminalStyle style, RequestRates rates, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var version = await ShowAsync(client, query, style, rates, isAgain: true, cancellationToken);
                await foreach (var change in client.WatchAsync(MonitorReader.Type, query.Namespace, new WatchOptions { ResourceVersion = version }, cancellationToken))
                {
                    if (change.Type != WatchEventType.Bookmark && (query.Name is null || MonitorReader.Type.KeyOf(change.Entity!).Name == query.Name))
                        await ShowAsync(client, query, style, rates, isAgain: true, cancellationToken);
                }
            }
            catch (ApiException error)
            {
                await Console.Error.WriteLineAsync($"kafkamesh status: {error.Message.ReplaceLineEndings(" ")}; trying again");
                await Task.Delay(RetryPause, cancellationToken);
            }
        }
    }

    /// <returns>The resource version of what was shown; null when the monitor does not exist.</returns>
    private static async Task<string?> ShowAsync(KubernetesClient client, Query query, TerminalStyle style, RequestRates rates, bool isAgain, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync(
            MonitorReader.Type, query.Namespace, new ListOptions { FieldSelector = query.Name is null ? null : $"metadata.name={query.Name}" }, cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var monitors = list.Items.Select(m => new MonitorView(m, now)).OrderBy(m => m.Namespace, StringComparer.Ordinal).ThenBy(m => m.Name, StringComparer.Ordinal).ToList();
        if (monitors.Count == 0)
        {
            await Console.Error.WriteLineAsync($"kafkamesh status: there is no {WellKnownNames.Kind}{(query.Name is null ? "" : " " + query.Name)} in {(query.Namespace is null ? "any namespace" : $"namespace {query.Namespace}")}");
            return query.Name is null ? list.Metadata.ResourceVersion : null;
        }
        await Console.Out.WriteAsync((isAgain && style.IsRich && query.IsText ? Clear : "") + Text(query, monitors, style, rates));
        return list.Metadata.ResourceVersion;
    }

    private static string Text(Query query, List<MonitorView> monitors, TerminalStyle style, RequestRates rates)
    {
        if (!query.IsText)
            return StatusJson.Write(query.Name is null ? StatusJson.List(monitors) : StatusJson.One(monitors[0]), query.Output == "yaml");
        var text = new StatusText(style, query.Output == "wide");
        if (query.Name is null)
            return text.List(monitors, withNamespaces: query.Namespace is null);
        rates.Take(monitors[0].Status);
        return text.Detail(monitors[0], rates);
    }

    private sealed record Query(string? Name, string? Namespace, string Output)
    {
        public bool IsText => Output is "text" or "wide";
    }
}
