using System.CommandLine;
using System.Runtime.InteropServices;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Discovery;
using Serilog;

namespace KafkaMesh.Playground.Commands;

/// <summary><c>kafkamesh-playground serve</c>: the API server alone, without nodes and controllers, until Ctrl-C or SIGTERM.</summary>
internal static class ServeCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "TCP port on 127.0.0.1; 0 chooses a free one." };
        var directory = new Option<string?>("--directory") { Description = "Where the kubeconfig files are written; by default a temporary directory that is removed at the end." };
        var minor = MinorOption.Create();
        var command = new Command("serve", "Runs a Kubernetes API server without nodes: objects can be stored, watched and admitted, pods stay pending.") { port, directory, minor };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(port), parsed.GetValue(directory), parsed.GetValue(minor), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int port, string? directory, int minor, CancellationToken cancel)
    {
        await using var log = new LoggerConfiguration().MinimumLevel.Information().WriteTo.Console(standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose).CreateLogger();
        var options = new PlaygroundClusterOptions
        {
            Directory = directory,
            Server = new ApiServerOptions { Port = port, Version = new ServerVersion(minor), Log = log },
        };
        await using var cluster = await PlaygroundCluster.StartAsync(options, cancel);
        await Console.Out.WriteLineAsync($"API server: {cluster.Address}\nkubeconfig: {cluster.KubeconfigPath}");
        await WaitForEndAsync(cancel);
        return 0;
    }

    private static async Task WaitForEndAsync(CancellationToken cancel)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.TrySetResult();
        });
        await using var cancelled = cancel.Register(() => end.TrySetResult());
        await end.Task;
    }
}
