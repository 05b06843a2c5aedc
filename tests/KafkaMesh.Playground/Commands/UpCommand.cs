using System.CommandLine;
using System.Runtime.InteropServices;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Runtime;
using Serilog;

namespace KafkaMesh.Playground.Commands;

/// <summary><c>kafkamesh-playground up</c>: a whole cluster with a node that runs pods, until Ctrl-C or SIGTERM.</summary>
internal static class UpCommand
{
    private const int Unavailable = 69;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var images = new Option<string[]>("--images") { Description = "Image archives that pods may use: a directory of *.tar files or one file; repeatable.", AllowMultipleArgumentsPerToken = false };
        var publish = new Option<string[]>("--publish") { Description = "Service to offer on 127.0.0.1: namespace/service:port[=localport]; repeatable." };
        publish.Validators.Add(result =>
        {
            foreach (var text in result.Tokens.Select(t => t.Value).Where(t => PublishedService.TryParse(t) is null))
            {
                result.AddError($"--publish {text}: write namespace/service:port or namespace/service:port=localport.");
            }
        });
        images.Validators.Add(result =>
        {
            foreach (var path in result.Tokens.Select(t => t.Value).Where(t => !Path.Exists(t))) result.AddError($"--images {path}: there is no such file or directory.");
        });
        var port = new Option<int>("--port") { Description = "TCP port of the API server on 127.0.0.1; 0 chooses a free one." };
        var directory = new Option<string?>("--directory") { Description = "Where the kubeconfig files are written; by default a temporary directory that is removed at the end." };
        var runtime = new Option<string>("--runtime") { Description = "What runs containers: auto, namespaces or podman; auto takes namespaces.", DefaultValueFactory = _ => "auto" };
        runtime.Validators.Add(result =>
        {
            if (ParseRuntime(result.Tokens.Count == 0 ? "auto" : result.Tokens[0].Value) is null) result.AddError($"--runtime {result.Tokens[0].Value}: choose auto, namespaces or podman.");
        });
        var minor = MinorOption.Create();
        var command = new Command("up", "Runs a cluster in a box: API server, one node, controllers, DNS.") { images, publish, port, directory, runtime, minor };
        command.SetAction((parsed, cancel) => RunAsync(
            new PlaygroundOptions
            {
                Images = parsed.GetValue(images) ?? [],
                Published = [.. (parsed.GetValue(publish) ?? []).Select(text => PublishedService.TryParse(text)!)],
                Directory = parsed.GetValue(directory),
                Runtime = ParseRuntime(parsed.GetValue(runtime)!) ?? RuntimeChoice.Auto,
                Server = new ApiServerOptions { Port = parsed.GetValue(port), Version = new ServerVersion(parsed.GetValue(minor)) },
            }, cancel));
        return command;
    }

    private static RuntimeChoice? ParseRuntime(string text) => text switch
    {
        "auto" => RuntimeChoice.Auto,
        "namespaces" => RuntimeChoice.Namespaces,
        "podman" => RuntimeChoice.Podman,
        _ => null,
    };

    private static async Task<int> RunAsync(PlaygroundOptions options, CancellationToken cancel)
    {
        await using var log = new LoggerConfiguration().MinimumLevel.Information().WriteTo.Console(standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose).CreateLogger();
        Log.Logger = log;
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.TrySetResult();
        });
        await using var cancelled = cancel.Register(() => end.TrySetResult());
        try
        {
            await UserNamespace.EnterAsync(Environment.GetCommandLineArgs()[1..]);
            await using var playground = await PlaygroundHost.StartAsync(options with { Server = options.Server with { Log = log } }, cancel);
            await ReportAsync(playground);
            await end.Task;
            return 0;
        }
        catch (Exception e) when (e is HostCommandException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Unavailable;
        }
    }

    private static async Task ReportAsync(PlaygroundHost playground)
    {
        var lines = new List<string>
        {
            $"API server: {playground.Cluster.Address}",
            $"kubeconfig: {playground.Cluster.KubeconfigPath}",
            $"containers: {playground.Runtime.Name}; limits: {playground.Runtime.ResourceEnforcement}; seccomp: {playground.Runtime.SeccompEnforcement}",
            $"images:     {string.Join(", ", playground.Images.Names)}",
            UserNamespace.IsInside ? "privileges: root of a user namespace" : "privileges: root",
            $"node:       network namespace {playground.Network.Node.Name}",
        };
        lines.AddRange(playground.Published.Select(p => $"published:  {p.Service.Namespace}/{p.Service.Service}:{p.Service.Port} on {p.EndPoint}"));
        await Console.Out.WriteLineAsync(string.Join('\n', lines));
    }
}
