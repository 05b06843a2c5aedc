using System.CommandLine;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Diagnosis.Report;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh check</c>: what is wrong with an installation, a monitor or a pod.</summary>
internal sealed class CheckCommand
{
    private const string Help = """
        Looks at cluster, operator, webhook, certificates, rights, namespaces, KafkaMonitors and pods, and says what is wrong and what to
        do. It changes nothing; a pod is created as a trial only (dry run). Every finding has a code that docs/findings.md explains. What
        you have no right to see is said to be unknown.

        kafkamesh check pod NAMESPACE/NAME says why a pod carries a sidecar or does not.

        Exit codes:
          0   nothing is wrong, as far as it could be seen
          1   there are warnings
          2   there are errors, also when the cluster does not answer
          64  wrong usage, or no usable kubeconfig
        """;

    private static readonly TimeSpan WaitPause = TimeSpan.FromSeconds(2);

    private readonly ClusterOptions _cluster = new("Look at the KafkaMonitors and pods of this namespace only [default: all]");
    private readonly Option<string?> _pod = new("--pod") { Description = "Look at one pod, as kafkamesh check pod does", HelpName = "NAMESPACE/NAME" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "text or json", HelpName = "text|json" };
    private readonly Option<string?> _wait = new("--wait") { Description = "Look again until nothing is wrong, at most so long, such as 2m", HelpName = "DURATION" };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "How long one look may take [default: 1m]", HelpName = "DURATION" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var self = new CheckCommand();
        var command = new Command("check", "Find out what is wrong: with the installation, a KafkaMonitor or a pod") { HelpWithText.Option(Help) };
        self.AddTo(command);
        command.Options.Add(self._pod);
        command.SetAction((result, cancellationToken) => CommandOutput.GuardAsync("check", () => self.RunAsync(result, result.GetValue(self._pod), cancellationToken)));

        var ofPod = new CheckCommand();
        var name = new Argument<string>("pod") { Description = "NAMESPACE/NAME, or NAME with -n or in the context's namespace", HelpName = "NAMESPACE/NAME" };
        var pod = new Command("pod", "Why a pod carries a sidecar or does not") { HelpWithText.Option(Help), name };
        ofPod.AddTo(pod);
        pod.SetAction((result, cancellationToken) => CommandOutput.GuardAsync("check pod", () => ofPod.RunAsync(result, result.GetValue(name), cancellationToken)));
        command.Subcommands.Add(pod);
        return command;
    }

    private void AddTo(Command command)
    {
        _cluster.AddTo(command);
        foreach (var option in (Option[])[_output, _wait, _timeout])
            command.Options.Add(option);
    }

    private async Task<int> RunAsync(ParseResult result, string? pod, CancellationToken cancellationToken)
    {
        var isJson = Format(result.GetValue(_output));
        var limit = Duration("--timeout", result.GetValue(_timeout)) ?? TimeSpan.FromMinutes(1);
        var wait = Duration("--wait", result.GetValue(_wait)) ?? TimeSpan.Zero;
        var onlyNamespace = _cluster.NamespaceName(result);
        var operatorNamespace = _cluster.OperatorNamespace(result);
        var (podNamespace, podName) = Pod(pod);
        var configuration = _cluster.Configuration(result);
        using var client = ClusterOptions.Connect(configuration);
        var doctor = new Doctor(client, operatorNamespace, TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        CheckReport report;
        while (true)
        {
            report = podName is null
                ? await doctor.CheckAsync(onlyNamespace, configuration.Namespace, limit, cancellationToken)
                : await doctor.CheckPodAsync(podNamespace ?? onlyNamespace ?? configuration.Namespace, podName, limit, cancellationToken);
            if (report.Worst == Verdict.Ok || TimeProvider.System.GetElapsedTime(start) + WaitPause > wait)
                break;
            await Task.Delay(WaitPause, cancellationToken);
        }
        await Console.Out.WriteAsync(isJson ? CheckJson.Write(report) + "\n" : new CheckText(TerminalStyle.Detect()).Write(report));
        return report.ExitCode;
    }

    private static bool Format(string? output) => output switch
    {
        null or "text" => false,
        "json" => true,
        var other => throw new UsageException($"--output: '{other}' is not accepted; it takes text or json"),
    };

    private static TimeSpan? Duration(string flag, string? text) =>
        text is null ? null : DurationText.Parse(text) ?? throw new UsageException($"{flag}: '{text}' is not accepted; it takes a duration such as 30s or 2m, at most 24h");

    private static (string? Namespace, string? Name) Pod(string? pod) => pod?.Split('/') switch
    {
        null => (null, null),
        [var name] when IsPodName(name) => (null, name),
        [var space, var name] when OperatorSettings.IsDnsLabel(space) && IsPodName(name) => (space, name),
        _ => throw new UsageException($"'{pod}' is no pod; write NAMESPACE/NAME, or NAME"),
    };

    private static bool IsPodName(string name) => name.Length <= 253 && name.Split('.').All(OperatorSettings.IsDnsLabel);
}
