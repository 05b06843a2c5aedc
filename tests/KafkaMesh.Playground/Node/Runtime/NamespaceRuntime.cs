using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Launch;
using KafkaMesh.Playground.Node.Pods;
using KafkaMesh.Playground.Node.Seccomp;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Containers from the kernel's own parts, in some tens of milliseconds each: PID, mount, UTS and IPC namespaces, the image as an overlay, control groups,
/// capabilities. The programs die with this process, because each has the parent-death signal of the one above it.</summary>
internal sealed class NamespaceRuntime : IContainerRuntime
{
    private readonly string directory;
    private readonly ControlGroups groups;
    private readonly ProcessSpawner spawner = new();
    private int nextLaunch;

    /// <summary>The parent of process 1: a shell, because unshare's own --fork loses the fact that a child was killed. Its first child is the first process of
    /// the new PID namespace; what it would say about a killed child must not reach the container's log.</summary>
    private static readonly string[] NewProcessNamespace = ["unshare", "--pid", "--", "/bin/sh", "-c", "exec 4>&2 2>/dev/null; \"$@\" 2>&4 4>&-; exit $?", "sh"];

    public NamespaceRuntime(PlaygroundInstance instance)
    {
        directory = Path.Combine(instance.StateDirectory, "run");
        Directory.CreateDirectory(directory);
        groups = new ControlGroups(instance.Name);
    }

    public string Name => "namespaces";

    public string ResourceEnforcement => groups.Description;

    public string SeccompEnforcement => SeccompFilter.Obstacle is { } obstacle ? $"pods with RuntimeDefault do not start, because {obstacle}" : "RuntimeDefault is enforced";

    public async Task<IContainerProcess> StartAsync(ContainerSetup setup, CancellationToken cancellationToken)
    {
        var described = Describe(setup, setup.Command);
        var work = Path.Combine(directory, setup.Id);
        Directory.CreateDirectory(work);
        var spec = described with
        {
            ImageRoot = setup.ImageRoot,
            WorkDirectory = work,
            NetworkNamespace = setup.NetworkNamespace,
            HostName = setup.HostName,
            Mounts = setup.Mounts,
            ReadOnlyRoot = setup.Identity.ReadOnlyRoot,
            ControlGroups = groups.Create(setup.Id, setup.Limits),
        };
        void Clean()
        {
            groups.Remove(setup.Id);
            Directory.Delete(work, recursive: true);
        }
        return await LaunchAsync(spec, NewProcessNamespace, () =>
        {
            var wasOutOfMemory = groups.WasOutOfMemory(setup.Id);
            Clean();
            return Task.FromResult(wasOutOfMemory);
        }, Clean, cancellationToken);
    }

    public Task<IContainerProcess> ExecAsync(
        IContainerProcess container, ContainerSetup setup, IReadOnlyList<string> command, string? terminal, CancellationToken cancellationToken)
    {
        var spec = Describe(setup, command) with { JoinProcess = container.Id, Terminal = terminal, ControlGroups = groups.Join(setup.Id) };
        string[] enter = ["nsenter", string.Create(CultureInfo.InvariantCulture, $"--pid=/proc/{container.Id}/ns/pid"), "--"];
        return LaunchAsync(spec, enter, () => Task.FromResult(false), () => { }, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        spawner.Dispose();
        return ValueTask.CompletedTask;
    }

    private LaunchSpec Describe(ContainerSetup setup, IReadOnlyList<string> command) => new()
    {
        StatusSocket = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref nextLaunch)}.sock")),
        User = setup.Identity.User,
        Group = setup.Identity.Group,
        SupplementaryGroups = setup.Identity.SupplementaryGroups,
        Capabilities = setup.Identity.Capabilities,
        Privileged = setup.Identity.Privileged,
        NoNewPrivileges = setup.Identity.NoNewPrivileges,
        SeccompFilter = setup.Identity.HasDefaultSeccomp ? SeccompFilter.RuntimeDefault([.. setup.Identity.Capabilities.Select(ContainerSecurity.CapabilityName)]) : [],
        WorkingDirectory = setup.WorkingDirectory,
        Command = command,
        Environment = setup.Environment,
    };

    private async Task<IContainerProcess> LaunchAsync(LaunchSpec spec, string[] enter, Func<Task<bool>> finish, Action undo, CancellationToken cancellationToken)
    {
        var specFile = Path.ChangeExtension(spec.StatusSocket, ".json");
        using var status = new LaunchStatus(spec.StatusSocket);
        try
        {
            await File.WriteAllBytesAsync(specFile, JsonSerializer.SerializeToUtf8Bytes(spec, LaunchJson.Default.LaunchSpec), cancellationToken);
            // The session of its own keeps the terminal's Ctrl-C away: containers are stopped in their order.
            string[] command = ["setpriv", "--pdeathsig", "KILL", "setsid", .. enter, LauncherPath, "launch", specFile];
            var process = await spawner.StartAsync(Describe(command));
            return await AwaitExecutionAsync(process, status, finish, cancellationToken);
        }
        catch
        {
            undo();
            throw;
        }
        finally
        {
            File.Delete(specFile);
        }
    }

    private static async Task<IContainerProcess> AwaitExecutionAsync(
        Process process, LaunchStatus status, Func<Task<bool>> finish, CancellationToken cancellationToken)
    {
        var exit = process.WaitForExitAsync(CancellationToken.None);
        try
        {
            var (id, error) = await status.ReadAsync(exit, cancellationToken);
            if (error is not null) throw new LaunchException(error);
            if (id is null)
            {
                await exit;
                throw new LaunchException($"the launcher ended with code {process.ExitCode}: {(await process.StandardError.ReadToEndAsync(cancellationToken)).Trim()}");
            }
            return new ContainerProcess(process, id.Value, finish);
        }
        catch
        {
            if (!process.HasExited) process.Kill();
            await exit;
            process.Dispose();
            throw;
        }
    }

    private static ProcessStartInfo Describe(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var runtime = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (runtime is not null) start.Environment["DOTNET_ROOT"] = runtime;
        return start;
    }

    /// <summary>This program's own executable also serves as the launcher; under a test runner it lies beside the tests.</summary>
    private static string LauncherPath => Path.Combine(AppContext.BaseDirectory, "kafkamesh-playground");
}
