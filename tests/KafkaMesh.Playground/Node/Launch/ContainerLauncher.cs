using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Launch;

/// <summary>
/// The last steps before a container's program runs, in a process that is already the first one of its PID namespace: enter control groups and network,
/// put the file system together, give up privileges, execute. It never returns on success, so the program is process 1 as in any container.
/// </summary>
internal static class ContainerLauncher
{
    private const int KeepThrough = 127;
    private const int ParentDeathSignal = 1;
    private const int KillSignal = 9;

    /// <summary>Runs the launch file; returns 127 when the program could not be executed, after saying why on the status socket.</summary>
    public static int Run(string specPath)
    {
        using var status = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var spec = JsonSerializer.Deserialize(File.ReadAllBytes(specPath), LaunchJson.Default.LaunchSpec)!;
            status.Connect(new UnixDomainSocketEndPoint(spec.StatusSocket));
            status.Send(Encoding.UTF8.GetBytes($"pid {HostProcessId()}\n"));
            ProcessCredentials.Prepare();
            EnterControlGroups(spec);
            if (spec.Terminal is { } terminal) TakeTerminal(terminal);
            if (spec.JoinProcess is { } process) JoinNamespaces(process);
            else MakeNamespaces(spec);
            ProcessCredentials.Apply(spec);
            if (LinuxCalls.ChangeDirectory(spec.WorkingDirectory) != 0) throw new LaunchException($"chdir to cwd (\"{spec.WorkingDirectory}\") set in the container failed: {LinuxCalls.LastError()}");
            Check(LinuxCalls.ProcessControl(ParentDeathSignal, KillSignal, 0, 0, 0), "parent-death signal");
            Execute(spec);
        }
        catch (Exception e) when (e is LaunchException or IOException or SocketException or UnauthorizedAccessException or JsonException)
        {
            if (status.Connected) status.Send(Encoding.UTF8.GetBytes("error " + e.Message));
        }
        return KeepThrough;
    }

    /// <summary>This process's number as the node sees it: /proc is still the node's.</summary>
    private static string HostProcessId() => Path.GetFileName(File.ResolveLinkTarget("/proc/self", returnFinalTarget: false)!.FullName);

    private static void EnterControlGroups(LaunchSpec spec)
    {
        foreach (var group in spec.ControlGroups) File.WriteAllText(group, "0");
    }

    private static void MakeNamespaces(LaunchSpec spec)
    {
        using (var network = File.OpenHandle(spec.NetworkNamespace))
        {
            Check(LinuxCalls.SetNamespace((int)network.DangerousGetHandle(), LinuxCalls.NewNetworkNamespace), "enter the pod's network namespace");
        }
        Check(LinuxCalls.Unshare(LinuxCalls.NewMountNamespace | LinuxCalls.NewUtsNamespace | LinuxCalls.NewIpcNamespace), "make namespaces");
        Check(LinuxCalls.SetHostName(spec.HostName, (nuint)Encoding.UTF8.GetByteCount(spec.HostName)), "set the host name");
        ContainerFileSystem.Enter(spec);
    }

    /// <summary>For exec: the PID namespace was joined by nsenter before; a mount namespace wants a file system context that no other thread shares.</summary>
    private static void JoinNamespaces(int process)
    {
        var files = new[] { "ipc", "uts", "net", "mnt" }.Select(kind => File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/ns/{kind}"))).ToList();
        Check(LinuxCalls.Unshare(LinuxCalls.OwnFileSystemContext), "separate the file system context");
        foreach (var file in files)
        {
            Check(LinuxCalls.SetNamespace((int)file.DangerousGetHandle(), 0), "join the container's namespaces");
            file.Dispose();
        }
    }

    private static unsafe void TakeTerminal(string path)
    {
        const int readWrite = 2;
        const nuint setControllingTerminal = 0x540E;
        Check(LinuxCalls.NewSession(), "start a session");
        var descriptor = LinuxCalls.Open(path, readWrite);
        Check(descriptor, "open the terminal");
        Check(LinuxCalls.Control(descriptor, setControllingTerminal, null), "take the terminal");
        for (var standard = 0; standard < 3; standard++) Check(LinuxCalls.Duplicate(descriptor, standard), "connect the terminal");
    }

    private static void Execute(LaunchSpec spec)
    {
        ResetSignals();
        var environment = CStrings(spec.Environment);
        var arguments = CStrings(spec.Command);
        var denied = false;
        foreach (var candidate in Candidates(spec))
        {
            LinuxCalls.Execute(candidate, arguments, environment);
            denied |= Marshal.GetLastPInvokeError() == 13;
        }
        var program = spec.Command[0];
        throw new LaunchException(denied
            ? $"exec: \"{program}\": permission denied"
            : program.Contains('/') ? $"exec: \"{program}\": stat {program}: no such file or directory" : $"exec: \"{program}\": executable file not found in $PATH");
    }

    private static IEnumerable<string> Candidates(LaunchSpec spec)
    {
        var program = spec.Command[0];
        if (program.Contains('/')) return [program];
        var path = spec.Environment.LastOrDefault(e => e.StartsWith("PATH=", StringComparison.Ordinal))?["PATH=".Length..] ?? "";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => $"{directory}/{program}");
    }

    /// <summary>The runtime of this process ignores some signals and an ignored signal stays ignored in the program.</summary>
    private static unsafe void ResetSignals()
    {
        for (var signal = 1; signal <= 64; signal++) _ = LinuxCalls.SetSignalAction(signal, 0); // The two that cannot be set refuse, which is their default.
        var none = stackalloc byte[128];
        new Span<byte>(none, 128).Clear();
        Check(LinuxCalls.SetSignalMask(2, none, null), "unblock signals");
    }

    private static nint[] CStrings(IEnumerable<string> values) => [.. values.Select(Marshal.StringToCoTaskMemUTF8), 0];

    internal static void Check(int result, string what)
    {
        if (result < 0) throw new LaunchException($"{what}: {LinuxCalls.LastError()}");
    }
}
