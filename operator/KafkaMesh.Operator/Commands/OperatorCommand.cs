using System.CommandLine;
using System.Runtime.InteropServices;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using Serilog;
using Serilog.Events;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh operator</c>: webhook and controller.</summary>
internal static class OperatorCommand
{
    /// <summary>Another replica leads, or the caches broke: the kubelet starts a fresh process.</summary>
    private const int ExitRestart = 1;

    /// <summary>A port cannot be listened on (sysexits.h, EX_UNAVAILABLE).</summary>
    private const int ExitUnavailable = 69;

    /// <summary>The command with one option per setting.</summary>
    public static Command Create()
    {
        var options = OperatorSettings.All.ToDictionary(s => s, s => new Option<string?>(s.Flag) { Description = s.Help });
        var command = new Command("operator", "Serve the injection webhook and keep the status of KafkaMonitors");
        foreach (var option in options.Values)
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) => RunAsync(setting => result.GetValue(options[setting]), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Func<Setting, string?> flag, CancellationToken cancellationToken)
    {
        var options = OperatorSettings.Resolve(flag, Environment.GetEnvironmentVariable, out var error);
        if (options is null)
        {
            await Console.Error.WriteLineAsync($"kafkamesh operator: {error}");
            return WellKnownNames.ExitUsage;
        }
        await using var log = CreateLog(options.LogLevel);
        KubernetesClientConfiguration configuration;
        try
        {
            configuration = options.Kubeconfig is { } file
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(file)
                : KubernetesClientConfiguration.InClusterConfig();
        }
        catch (Exception exception) when (exception is KubeConfigException or IOException)
        {
            var advice = options.Kubeconfig is null ? " Outside a pod, name the cluster with --kubeconfig FILE." : "";
            await Console.Error.WriteLineAsync($"kafkamesh operator: {exception.Message.ReplaceLineEndings(" ")}{advice}");
            return WellKnownNames.ExitUsage;
        }
        var metrics = new OperatorMetrics(ProductVersion.Text);
        using var client = new KubernetesClient(
            configuration, new KubernetesClientOptions { UserAgent = $"{WellKnownNames.FieldManager}/{ProductVersion.Text}" }, metrics.Client);
        return await ServeAsync(options, client, metrics, log, cancellationToken);
    }

    private static async Task<int> ServeAsync(
        OperatorOptions options, KubernetesClient client, OperatorMetrics metrics, ILogger log, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        log.Information("kafkamesh {Version}: namespace {Namespace}, sidecar image {Image}", ProductVersion.Text, options.Namespace, options.ProxyImage);
        await using var process = new OperatorProcess(options, client, TimeProvider.System, log, metrics);
        try
        {
            return await process.RunAsync(() => { }, stop.Token) ? 0 : ExitRestart;
        }
        catch (ListenException error)
        {
            await Console.Error.WriteLineAsync($"kafkamesh operator: {error.Message}");
            return ExitUnavailable;
        }
        catch (Exception error)
        {
            log.Fatal(error, "the operator failed");
            return ExitRestart;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static Serilog.Core.Logger CreateLog(string level)
    {
        var minimum = level switch
        {
            "debug" => LogEventLevel.Debug,
            "warning" => LogEventLevel.Warning,
            "error" => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };

        // On a thread of its own: a console that nobody reads loses lines then, and holds up no admission.
        return new LoggerConfiguration()
            .MinimumLevel.Is(minimum)
            .WriteTo.Async(to => to.Console(outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj}{NewLine}{Exception}"))
            .CreateLogger();
    }
}
