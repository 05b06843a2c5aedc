using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KafkaMesh.Proxy.Tests.Transport;
using Microsoft.Win32.SafeHandles;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>
/// Two network namespaces with a cable between them: <see cref="Pod"/> gets the sidecar, <see cref="Peer"/> is somebody else. Both have IPv4 and IPv6.
/// </summary>
internal sealed class PodPair : IDisposable
{
    private static int s_count;

    public PodPair()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");
        string unique = $"{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        Pod = "kmpod" + unique;
        Peer = "kmpeer" + unique;
        foreach (string name in new[] { Pod, Peer })
        {
            Shell("ip", "netns", "add", name);
            Shell("ip", "-n", name, "link", "set", "lo", "up");
        }

        Shell("ip", "link", "add", "eth0", "netns", Pod, "type", "veth", "peer", "name", "eth0", "netns", Peer);
        SetUp(Pod, PodV4, PodV6);
        SetUp(Peer, PeerV4, PeerV6);
    }

    public static IPAddress PodV4 { get; } = IPAddress.Parse("10.99.0.1");

    public static IPAddress PodV6 { get; } = IPAddress.Parse("fd99::1");

    public static IPAddress PeerV4 { get; } = IPAddress.Parse("10.99.0.2");

    public static IPAddress PeerV6 { get; } = IPAddress.Parse("fd99::2");

    public string Pod { get; }

    public string Peer { get; }

    /// <summary>Runs a program of this machine in the pod's namespace.</summary>
    public (int ExitCode, string Out, string Error) InPod(params string[] command) => Run("nsenter", [$"--net=/run/netns/{Pod}", .. command]);

    /// <summary>A socket that lives in a namespace, made by a thread that went there; it stays where it was made.</summary>
    public static Socket Listen(string name, int port)
    {
        return Inside(name, () =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            socket.Listen();
            return socket;
        });
    }

    /// <summary>A listening socket of one address in a namespace.</summary>
    public static Socket Listen(string name, IPEndPoint address) => Inside(name, () =>
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(address);
        socket.Listen();
        return socket;
    });

    /// <summary>A client's socket in a namespace, from an address of its choice or the usual one.</summary>
    public static Socket Connect(string name, IPAddress address, int port, IPAddress? source = null) =>
        Inside(name, () => RelayRig.Connect(new IPEndPoint(address, port), source: source));

    public static (int ExitCode, string Out, string Error) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(RelayRig.Deadline), $"{program} did not end");
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        Shell("ip", "netns", "delete", Pod);
        Shell("ip", "netns", "delete", Peer);
    }

    private static void SetUp(string name, IPAddress v4, IPAddress v6)
    {
        Shell("ip", "-n", name, "addr", "add", $"{v4}/24", "dev", "eth0");
        Shell("ip", "-n", name, "addr", "add", $"{v6}/64", "dev", "eth0", "nodad");
        Shell("ip", "-n", name, "link", "set", "eth0", "up");
    }

    private static void Shell(string program, params string[] arguments)
    {
        (int exitCode, _, string error) = Run(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }

    private static Socket Inside(string name, Func<Socket> make)
    {
        const int newNetwork = 0x40000000; // CLONE_NEWNET
        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle handle = File.OpenHandle("/run/netns/" + name);
                Assert.Equal(0, SetNamespace((int)handle.DangerousGetHandle(), newNetwork));
                socket = make();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException($"no socket in {name}", failure);
    }

    [DllImport("libc", EntryPoint = "setns")]
    private static extern int SetNamespace(int handle, int kind);
}
