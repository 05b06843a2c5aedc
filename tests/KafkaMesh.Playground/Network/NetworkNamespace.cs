using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace KafkaMesh.Playground.Network;

/// <summary>A named network namespace, and sockets made inside it: a socket stays where it was made, whichever thread uses it later.</summary>
internal sealed class NetworkNamespace(string name)
{
    public string Name { get; } = name;

    /// <summary>The file that <c>setns</c> and <c>nsenter --net=</c> take.</summary>
    public string Path { get; } = "/run/netns/" + name;

    public static async Task<NetworkNamespace> CreateAsync(string name, CancellationToken cancellationToken = default)
    {
        var created = new NetworkNamespace(name);
        if (UserNamespace.IsInside) await CreateInUserNamespaceAsync(created.Path, cancellationToken);
        else await HostCommand.RunAsync("ip", ["netns", "add", name], cancellationToken: cancellationToken);
        return created;
    }

    public Task DeleteAsync() => HostCommand.RunAsync("ip", ["netns", "delete", Name]);

    /// <summary>Runs <c>ip</c> commands, one a line, inside the namespace.</summary>
    public Task ConfigureAsync(IEnumerable<string> commands, CancellationToken cancellationToken = default) =>
        HostCommand.RunAsync("ip", ["-n", Name, "-batch", "-"], string.Join('\n', commands) + "\n", cancellationToken);

    /// <summary>Makes a socket of the given family inside the namespace.</summary>
    /// <exception cref="SocketException">The kernel refused; entering the namespace needs CAP_SYS_ADMIN.</exception>
    public Socket CreateSocket(AddressFamily family, SocketType type, ProtocolType protocol) => Inside(() => new Socket(family, type, protocol));

    /// <summary>A TCP socket that listens on <paramref name="endPoint"/> inside the namespace (port 0: the kernel chooses).</summary>
    public Socket Listen(IPEndPoint endPoint)
    {
        var socket = CreateSocket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(endPoint);
        socket.Listen(512);
        return socket;
    }

    /// <summary>The same as a bare descriptor for a server that takes it over and closes it: no object of ours may close it a second time.</summary>
    public SafeFileHandle ListenDescriptor(IPEndPoint endPoint)
    {
        const int duplicateClosedOnExecute = 1030;
        using var socket = Listen(endPoint);
        var descriptor = LinuxCalls.ControlFile((int)socket.Handle, duplicateClosedOnExecute, 0);
        if (descriptor < 0) throw new InvalidOperationException($"the listening socket could not be duplicated: {LinuxCalls.LastError()}");
        return new SafeFileHandle(descriptor, ownsHandle: false);
    }

    /// <summary>A TCP connection that leaves from inside the namespace.</summary>
    /// <exception cref="SocketException">The peer refused or is unreachable.</exception>
    public async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = CreateSocket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Runs a short piece of work on a thread of its own that has entered the namespace and ends there.</summary>
    public T Inside<T>(Func<T> work)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = work();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true, Name = "namespace " + Name };
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException($"Network namespace {Name}: {failure.Message}", failure);
    }

    /// <summary><c>ip netns add</c> goes back to the machine's own network at its end, which is forbidden to root of a user namespace.</summary>
    private static async Task CreateInUserNamespaceAsync(string path, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(path, [], cancellationToken);
        await HostCommand.RunAsync("unshare", ["--net=" + path, "true"], cancellationToken: cancellationToken);
    }

    private void Enter()
    {
        using var file = File.OpenHandle(Path);
        if (LinuxCalls.SetNamespace((int)file.DangerousGetHandle(), LinuxCalls.NewNetworkNamespace) != 0)
        {
            throw new InvalidOperationException($"cannot be entered: {LinuxCalls.LastError()}");
        }
    }
}
