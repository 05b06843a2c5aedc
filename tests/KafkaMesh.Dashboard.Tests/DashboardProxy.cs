using System.Diagnostics;
using System.Globalization;

namespace KafkaMesh.Dashboard.Tests;

/// <summary><c>kubectl proxy</c>: the way to the dashboard that needs nothing but kubectl.</summary>
internal sealed class DashboardProxy : IAsyncDisposable
{
    private const string Ready = "Starting to serve on 127.0.0.1:";

    private readonly Process _process;

    private DashboardProxy(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Address of the dashboard, with the slash at its end.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/api/v1/namespaces/kafkamesh-system/services/kafkamesh-operator:dashboard/proxy/");

    /// <summary>Starts it; port 0 takes a free one.</summary>
    public static async Task<DashboardProxy> StartAsync(string kubeconfig, int port = 0)
    {
        var process = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", kubeconfig, "proxy", $"--port={port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.StartsWith(Ready, line, StringComparison.Ordinal);
        return new DashboardProxy(process, int.Parse(line![Ready.Length..], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
