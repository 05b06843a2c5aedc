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

    private OperatorReplica(Process process, int webhookPort, int metricsPort)
    {
        (_process, WebhookPort, MetricsPort) = (process, webhookPort, metricsPort);
        _log = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Port of the webhook.</summary>
    public int WebhookPort { get; }

    /// <summary>Port of metrics and probes.</summary>
    public int MetricsPort { get; }

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="kubeconfig">Who it is.</param>
    /// <param name="leaseSeconds">How long a leader that it hears of no more is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<OperatorReplica> StartAsync(string kubeconfig, int leaseSeconds, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "operator", "--kubeconfig", kubeconfig, "--webhook-port", "0", "--metrics-port", "0", "--dashboard-port", "0", "--shutdown-delay", "0",
            "--leader-elect-lease-duration", leaseSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "kafkamesh"), arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Ports().Match(line) is { Success: true } ports)
                return new OperatorReplica(process, Number(ports.Groups["webhook"]), Number(ports.Groups["metrics"]));
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

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("webhook on port (?<webhook>[0-9]+), metrics and probes on port (?<metrics>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ports();
}
