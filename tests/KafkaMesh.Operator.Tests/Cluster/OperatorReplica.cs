using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>The built operator as a process of its own, which can be killed.</summary>
internal sealed partial class OperatorReplica : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _log;

    private OperatorReplica(Process process, Match ports)
    {
        _process = process;
        (WebhookPort, MetricsPort, DashboardPort) = (Number(ports.Groups["webhook"]), Number(ports.Groups["metrics"]), Number(ports.Groups["dashboard"]));
        _log = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Port of the webhook.</summary>
    public int WebhookPort { get; }

    /// <summary>Port of metrics and probes.</summary>
    public int MetricsPort { get; }

    /// <summary>Port of the dashboard.</summary>
    public int DashboardPort { get; }

    /// <summary>CPU time that it has used.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it has now, in bytes.</summary>
    public long ResidentBytes => MemoryOf("VmRSS:");

    /// <summary>The most memory that it ever had, in bytes.</summary>
    public long PeakResidentBytes => MemoryOf("VmHWM:");

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="kubeconfig">Who it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="leaseSeconds">How long a leader that it hears of no more is waited for.</param>
    /// <param name="memoryLimit">Memory that its container would be allowed, in bytes: the runtime keeps the heap to its share of it. Null: the machine's.</param>
    public static async Task<OperatorReplica> StartAsync(string kubeconfig, CancellationToken cancellationToken, int leaseSeconds = 15, long? memoryLimit = null)
    {
        string[] arguments =
        [
            "operator", "--kubeconfig", kubeconfig, "--webhook-port", "0", "--metrics-port", "0", "--dashboard-port", "0", "--shutdown-delay", "0", "--pod-ip", "127.0.0.1",
            "--leader-elect-lease-duration", leaseSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "kafkamesh"), arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        if (memoryLimit is { } limit)
            start.Environment["DOTNET_GCHeapHardLimit"] = (limit * 3 / 4).ToString("X", CultureInfo.InvariantCulture); // what it is in a container with a limit
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Ports().Match(line) is { Success: true } ports)
                return new OperatorReplica(process, ports);
        }
        throw new InvalidOperationException("the operator ended before it listened");
    }

    /// <summary>Ends it with SIGKILL: it has no time to give anything back.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it where it is (SIGSTOP), as a node that freezes does.</summary>
    public Task SuspendAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>Waits until it has ended by itself.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends it with SIGTERM, as a rollout does.</summary>
    public async Task TerminateAsync()
    {
        await SignalAsync("-TERM");
        await _process.WaitForExitAsync();
    }

    /// <summary>Whether it is ready, and whether it leads.</summary>
    public async Task<(bool IsReady, bool Leads)> StateAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{MetricsPort}") };
        using var ready = await client.GetAsync("/readyz");
        var metrics = await client.GetStringAsync("/metrics");
        return (ready.IsSuccessStatusCode, metrics.Contains("kafkamesh_operator_leader 1", StringComparison.Ordinal));
    }

    /// <summary>A client of its webhook that trusts an authority.</summary>
    public HttpClient WebhookClient(X509Certificate2 authority)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, WebhookPort, token);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("https://kafkamesh-operator.kafkamesh-system.svc/") };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        await _log;
        _process.Dispose();
    }

    private Task SignalAsync(string signal) => Programs.RunAsync("kill", signal, _process.Id.ToString(CultureInfo.InvariantCulture));

    private long MemoryOf(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(field.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("webhook on port (?<webhook>[0-9]+), metrics and probes on port (?<metrics>[0-9]+), dashboard on port (?<dashboard>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ports();
}
