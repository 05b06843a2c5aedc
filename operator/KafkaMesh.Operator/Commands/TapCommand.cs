using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Commands.Taps;
using KafkaMesh.Operator.Dashboard.Taps;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh tap</c>: requests and responses of pods as they pass.</summary>
internal sealed class TapCommand
{
    private const string Help = $"""
        A line per request with its response as they pass, of a pod or of all pods of a KafkaMonitor (at most 20), until Ctrl-C. POD|MONITOR is
        NAME, pod/NAME or kafkamonitor/NAME; of a NAME that both have, the KafkaMonitor. Headers, sizes, latency, errors and the first topics are
        shown, never payloads. At most 200 requests and responses a second and pod are shown, and 2000 of all; how many were left out is said while
        it runs and at the end. --sample N shows one request in N with its response; the sidecars choose, and do not count the others. A dash stands
        for what was not seen: Produce with acks=0 has no response, and one that matches no filter is not shown. A request without response is shown
        after 10 s. -o json is one object per line. When the operator is replaced, or the connection to it is lost, the tap is opened anew for 40 s and
        says so: what passes until then is not shown, and nothing is shown twice.

        {OperatorHelp.Access} A tap also needs to create
        serviceaccounts/token of kafkamesh-tap there (Role kafkamesh-tap).

        {OperatorHelp.ExitCodes}
        """;

    private const int MaxReopens = 40;

    private static readonly TimeSpan ReopenPause = TimeSpan.FromSeconds(1);

    // A tap that lasted so long was none of a row that breaks off at once.
    private static readonly TimeSpan StableTime = TimeSpan.FromSeconds(10);

    private readonly ClusterOptions _cluster = new("Namespace [default: the context's]");
    private readonly Argument<string> _target = new("target") { Description = "A pod with a sidecar, or a KafkaMonitor", HelpName = "POD|MONITOR" };
    private readonly Option<string[]> _apis = new("--api") { Description = "Only this API, by Kafka's name or key; may be repeated", HelpName = "API" };
    private readonly Option<string?> _topic = new("--topic") { Description = "Only what names this topic", HelpName = "NAME" };
    private readonly Option<string?> _client = new("--client") { Description = "Only this client id", HelpName = "ID" };
    private readonly Option<bool> _errors = new("--errors") { Description = "Only responses with an error" };
    private readonly Option<string?> _sample = new("--sample") { Description = "Only one request in so many, with its response [default: 1, all]", HelpName = "N" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "table, wide or json", HelpName = "table|wide|json" };
    private readonly Option<string?> _limit = new("--limit") { Description = "End after so many lines", HelpName = "N" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var self = new TapCommand();
        var command = new Command("tap", "Requests and responses of pods as they pass") { HelpWithText.Option(Help), self._target };
        self._cluster.AddTo(command);
        foreach (var option in (Option[])[self._apis, self._topic, self._client, self._errors, self._sample, self._output, self._limit])
            command.Options.Add(option);
        command.SetAction((result, _) => CommandOutput.GuardAsync("tap", () => self.RunAsync(result)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        var target = TapTarget.Parse(result.GetValue(_target)!);
        var format = Format(result.GetValue(_output) ?? "table");
        var limit = Limit(result.GetValue(_limit));
        var sample = Sample(result.GetValue(_sample));
        var query = Query(result, sample);
        var configuration = _cluster.Configuration(result);
        using var client = ClusterOptions.Connect(configuration);
        var space = _cluster.NamespaceName(result) ?? configuration.Namespace;
        var api = new OperatorClient(client, _cluster.OperatorNamespace(result));
        using var output = new StandardOutput();
        using var interruption = new Interruption();
        TapSession? session = null;
        try
        {
            target = await target.ResolveAsync(api, space, interruption.Token);
            using var first = await OpenAsync(api, target, result.GetValue(_target)!, space, query, interruption.Token);
            session = new TapSession(format, output.Write, text => Console.Error.WriteLine(PlainText.Of(text)), sample, limit, TimeProvider.System);
            return await FollowAsync(session, target, first, () => api.OpenTapAsync(target.Path(space) + query, interruption.Token), interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.ExitCode;
        }
        finally
        {
            if (session is not null)
                await Console.Error.WriteLineAsync($"kafkamesh tap: {session.Summary()}");
        }
    }

    // The operator ends a tap after its time, and when it stops, or is lost; another replica goes on.
    private static async Task<int> FollowAsync(
        TapSession session, TapTarget target, HttpResponseMessage response, Func<Task<HttpResponseMessage>> open, CancellationToken cancellationToken)
    {
        var attempts = 0;
        while (true)
        {
            string why;
            var opened = Stopwatch.GetTimestamp();
            try
            {
                using (response)
                {
                    await using var events = await response.Content.ReadAsStreamAsync(cancellationToken);
                    var reason = await session.FollowAsync(events, target, cancellationToken);
                    if (reason is null or TapEnd.PodGone)
                        return reason is null ? 0 : await SayAsync($"{target.Name}: {TapSession.EndText(reason)}");
                    if (reason is not (TapEnd.Time or TapEnd.Stopping))
                        throw new OperatorApiException(CommandOutput.ExitUnavailable, $"{target.Name}: {TapSession.EndText(reason)}");
                    why = TapSession.EndText(reason);
                }
            }
            catch (TapBrokenException error)
            {
                why = error.Message;
            }
            if (Stopwatch.GetElapsedTime(opened) > StableTime)
                attempts = 0;
            await SayAsync($"{why}; it is opened anew, and what passes until then is not shown");
            (response, attempts) = await ReopenAsync(open, attempts, cancellationToken);
        }
    }

    private static async Task<int> SayAsync(string text)
    {
        await Console.Error.WriteLineAsync($"kafkamesh tap: {PlainText.Of(text)}");
        return 0;
    }

    // While the operator is replaced nobody answers: another replica leads within 20 s.
    private static async Task<(HttpResponseMessage Response, int Attempts)> ReopenAsync(Func<Task<HttpResponseMessage>> open, int attempts, CancellationToken cancellationToken)
    {
        while (true)
        {
            attempts++;
            await Task.Delay(ReopenPause, cancellationToken);
            try
            {
                return (await open(), attempts);
            }
            catch (OperatorApiException error) when (error.ExitCode == CommandOutput.ExitUnavailable && attempts < MaxReopens)
            {
                // Not yet.
            }
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(OperatorClient api, TapTarget target, string asked, string space, string query, CancellationToken cancellationToken)
    {
        try
        {
            return await api.OpenTapAsync(target.Path(space) + query, cancellationToken);
        }
        catch (OperatorApiException error) when (error.ExitCode == OperatorApiException.ExitNotFound && asked == target.Name && target.IsPod)
        {
            throw new OperatorApiException(error.ExitCode, $"there is neither a KafkaMonitor {asked} nor a pod {asked} with a sidecar in namespace {space}", error);
        }
    }

    private static ITapFormat Format(string output) => output switch
    {
        "json" => new TapLines(),
        "table" or "wide" => new TapTable(TerminalStyle.Detect(), output == "wide", TerminalWidth),
        _ => throw new UsageException($"--output: '{output}' is not accepted; it takes table, wide or json"),
    };

    private static int? TerminalWidth() => !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var width ? width : null;

    private static long Limit(string? text) => text is null ? long.MaxValue
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 ? limit
        : throw new UsageException($"--limit: '{text}' is not accepted; it takes a number from 1");

    private static int Sample(string? text) => text is null ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sample) && sample is >= 1 and <= TapHandlers.MaxSample ? sample
        : throw new UsageException($"--sample: '{text}' is not accepted; it takes a number from 1 to {TapHandlers.MaxSample}");

    private string Query(ParseResult result, int sample)
    {
        var parts = new List<string>();
        var apis = (result.GetValue(_apis) ?? []).SelectMany(a => a.Split(',')).ToList();
        foreach (var api in apis.Where(a => a.Length is 0 or > 64 || !a.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
            throw new UsageException($"--api: '{api}' is not accepted; it takes Kafka's name of an API, such as Produce, or its key");
        if (apis.Count > 0)
            parts.Add("api=" + string.Join(',', apis));
        if (result.GetValue(_topic) is { } topic)
            parts.Add("topic=" + Uri.EscapeDataString(topic));
        if (result.GetValue(_client) is { } id)
            parts.Add("client=" + Uri.EscapeDataString(id));
        if (result.GetValue(_errors))
            parts.Add("errors=true");
        if (sample > 1)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"sample={sample}"));
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
