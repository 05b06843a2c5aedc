using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Launch;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Containers by podman (with configuration and storage of this instance's own) in the pod's network namespace. What differs from a kubelet is said at
/// <see cref="RuntimeChoice.Auto"/>.</summary>
internal sealed class PodmanRuntime : IContainerRuntime
{
    /// <summary>What podman puts before the sentence that a kubelet shows, and behind it.</summary>
    private const string FailurePrefix = "unable to start container process: ";
    private static readonly string[] FailureSuffixes = [": OCI runtime attempted to invoke a command that was not found", ": OCI permission denied", ": OCI runtime error"];
    private static readonly TimeSpan ExecutionPoll = TimeSpan.FromMilliseconds(5);
    private readonly string instance;
    private readonly string[] podman;
    private readonly ProcessSpawner spawner = new();
    private readonly ConcurrentDictionary<string, ContainerProcess> running = new(StringComparer.Ordinal);

    private PodmanRuntime(PlaygroundInstance instance, string[] podman)
    {
        this.instance = instance.Name;
        this.podman = podman;
    }

    public string Name => "podman";

    public string ResourceEnforcement => "control groups made by podman";

    public string SeccompEnforcement => "RuntimeDefault is podman's profile";

    /// <summary>Makes the private storage and asks podman whether it works.</summary>
    /// <exception cref="HostCommandException">Podman is missing or refuses to work here.</exception>
    public static async Task<PodmanRuntime> CreateAsync(PlaygroundInstance instance, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(instance.StateDirectory, "podman")).FullName;
        var runtime = new PodmanRuntime(instance, await PodmanConfiguration.WriteAsync(directory, cancellationToken));
        try
        {
            await runtime.RunAsync(["info", "--format", "{{.Host.OCIRuntime.Name}}"], cancellationToken);
            return runtime;
        }
        catch (HostCommandException e)
        {
            await runtime.DisposeAsync();
            throw new HostCommandException($"podman does not work here: {e.Message} Run apt-get install podman runc conmon netavark, or take --runtime namespaces.", e);
        }
    }

    public async Task<IContainerProcess> StartAsync(ContainerSetup setup, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(["create", .. PodmanFlags.Create(setup, instance)], cancellationToken);
            // init brings everything into place up to the moment before the program runs: its failures are podman's, not the program's.
            await RunAsync(["init", setup.Id], cancellationToken);
            var id = int.Parse(await RunAsync(["inspect", "--format", "{{.State.Pid}}", setup.Id], cancellationToken), CultureInfo.InvariantCulture);
            var client = await SpawnAsync([.. podman, "start", "--attach", "--interactive", "--sig-proxy=false", setup.Id]);
            await AwaitExecutionAsync(id, client, cancellationToken);
            return running[setup.Id] = new ContainerProcess(client, id, () => FinishAsync(setup.Id));
        }
        catch (HostCommandException e)
        {
            await RemoveAsync(setup.Id);
            throw new LaunchException(Reason(e.Message));
        }
        catch (OperationCanceledException)
        {
            await RemoveAsync(setup.Id);
            throw;
        }
    }

    public async Task<IContainerProcess> ExecAsync(
        IContainerProcess container, ContainerSetup setup, IReadOnlyList<string> command, string? terminal, CancellationToken cancellationToken)
    {
        string[] exec = [.. podman, "exec", "--interactive", .. setup.Environment.SelectMany(entry => new[] { "--env", entry })];
        // Podman's own terminal follows the size of the one that it is started on.
        var client = terminal is null
            ? await SpawnAsync([.. exec, setup.Id, .. command])
            : await SpawnAsync(["sh", "-c", "t=$1; shift; exec setsid --ctty --wait \"$@\" <>\"$t\" >&0 2>&1", "sh", terminal, .. exec, "--tty", setup.Id, .. command]);
        return new ContainerProcess(client, client.Id, () => Task.FromResult(false));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await RunAsync(["rm", "--all", "--force", "--time", "0"], CancellationToken.None);
        }
        catch (HostCommandException e)
        {
            Serilog.Log.Warning("Podman's containers could not be removed: {Error}", e.Message);
        }
        // Each of podman's own processes still writes into the storage until it has ended.
        await Task.WhenAll(running.Values.Select(container => container.Exit));
        spawner.Dispose();
    }

    private Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        HostCommand.RunAsync(podman[0], podman.Skip(1).Concat(arguments), cancellationToken: cancellationToken);

    /// <summary>Returns when the program has taken the place of podman's starter in the process, or is over already. The kernel tells nobody but the parent, which
    /// is podman's monitor: the process itself is asked.</summary>
    private static async Task AwaitExecutionAsync(int id, Process client, CancellationToken cancellationToken)
    {
        while (!client.HasExited && StillStarting(id)) await Task.Delay(ExecutionPoll, cancellationToken);
    }

    private static bool StillStarting(int id)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cmdline")).StartsWith("runc\0init\0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It has ended.
        }
    }

    private async Task<bool> FinishAsync(string container)
    {
        try
        {
            return (await RunAsync(["inspect", "--format", "{{.State.OOMKilled}}", container], CancellationToken.None)).Trim() == "true";
        }
        catch (HostCommandException e)
        {
            Serilog.Log.Debug("Podman does not know how {Container} ended: {Error}", container, e.Message);
            return false;
        }
        finally
        {
            await RemoveAsync(container);
            running.TryRemove(container, out _);
        }
    }

    private async Task RemoveAsync(string container)
    {
        try
        {
            await RunAsync(["rm", "--force", "--time", "0", "--ignore", container], CancellationToken.None);
        }
        catch (HostCommandException e)
        {
            Serilog.Log.Warning("Podman's container {Container} could not be removed: {Error}", container, e.Message);
        }
    }

    private Task<Process> SpawnAsync(string[] command) => spawner.StartAsync(new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "setsid", .. command])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    });

    private static string Reason(string message)
    {
        var at = message.IndexOf(FailurePrefix, StringComparison.Ordinal);
        var reason = at < 0 ? message : message[(at + FailurePrefix.Length)..];
        foreach (var suffix in FailureSuffixes) reason = reason.Replace(suffix, "", StringComparison.Ordinal);
        return reason;
    }
}
