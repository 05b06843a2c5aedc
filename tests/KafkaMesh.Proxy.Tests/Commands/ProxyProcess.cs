using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Commands;

/// <summary>The built program as a process of its own, killed at the end of the test if it still runs.</summary>
internal sealed class ProxyProcess : IDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly ManualResetEventSlim _started = new();

    private ProxyProcess(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Path of the program beside the tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "kafkamesh-proxy");

    /// <summary>Path of the program as it is shipped, which `make build` leaves there: one file, trimmed and compiled ahead of time.</summary>
    public static string Published { get; } = Path.Combine(TestPaths.Root, "out", "kafkamesh-proxy");

    public int Id => _process.Id;

    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output)
            {
                return [.. _output];
            }
        }
    }

    /// <summary>Starts it behind other programs that become it (nsenter, env) and waits until it accepts.</summary>
    public static ProxyProcess Start(IReadOnlyList<string> before, params string[] arguments) => Await([.. before, Program, .. arguments]);

    /// <summary>As <see cref="Start"/>, but the <see cref="Published"/> one.</summary>
    public static ProxyProcess StartPublished(IReadOnlyList<string> before, params string[] arguments) => Await([.. before, Published, .. arguments]);

    /// <summary>As <see cref="Start"/>, with no right but those of the sidecar's user.</summary>
    public static ProxyProcess StartAsSidecar(IReadOnlyList<string> before, params string[] arguments) => Await(
        [.. before, "env", "DOTNET_ROOT=" + OpenCopy.DotnetRoot, "setpriv", "--reuid=4092", "--regid=4092", "--clear-groups", "--inh-caps=-all", OpenCopy.PathOf("kafkamesh-proxy"), .. arguments]);

    private static ProxyProcess Await(IReadOnlyList<string> command)
    {
        var process = new ProxyProcess(command);
        Assert.True(process._started.Wait(RelayRig.Deadline), "kafkamesh-proxy did not start: " + string.Join('\n', process.Output));
        return process;
    }

    /// <summary>Runs it to its end.</summary>
    public static (int ExitCode, IReadOnlyList<string> Output) Run(params string[] arguments)
    {
        using var process = new ProxyProcess([Program, .. arguments]);
        return (process.Wait(), process.Output);
    }

    /// <summary>The address after a word of its first log line.</summary>
    public IPEndPoint Address(string word)
    {
        string line = Output.First(line => line.Contains(" listening on ", StringComparison.Ordinal));
        string rest = line[(line.IndexOf(word, StringComparison.Ordinal) + word.Length)..].TrimStart();
        IPEndPoint address = IPEndPoint.Parse(rest[..rest.AsSpan().IndexOfAny(" =,")]);
        return address.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Loopback, address.Port) : address;
    }

    /// <summary>Asks the admin server.</summary>
    public string Get(string path, string fields = "")
    {
        using Socket client = RelayRig.Connect(Address(", admin"));
        client.SendAll(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\n{fields}\r\n"));
        return Encoding.UTF8.GetString(client.ReceiveToEnd());
    }

    public void Signal(int number) => Assert.Equal(0, Kill(_process.Id, number));

    /// <summary>SIGTERM, then the exit code.</summary>
    public int Stop()
    {
        Signal(Terminate);
        return Wait();
    }

    public int Wait()
    {
        Assert.True(_process.WaitForExit(RelayRig.Deadline), "kafkamesh-proxy did not end");
        _process.WaitForExit(); // Also for the last lines of its output.
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _started.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (line.Contains(" listening on ", StringComparison.Ordinal))
        {
            _started.Set();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
