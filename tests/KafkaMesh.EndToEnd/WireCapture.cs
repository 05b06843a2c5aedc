using System.Diagnostics;
using System.Globalization;

namespace KafkaMesh.EndToEnd;

/// <summary>
/// An independent witness: tcpdump inside the broker's network namespace, counted by tshark's Kafka dissector. It shares
/// no code with the sidecar.
/// </summary>
internal sealed class WireCapture : IAsyncDisposable
{
    private readonly Process _tcpdump;
    private readonly string _file;
    private readonly int _port;

    private WireCapture(Process tcpdump, string file, int port) => (_tcpdump, _file, _port) = (tcpdump, file, port);

    /// <summary>
    /// Starts to capture; returns when tcpdump says that it listens. Immediate mode, because otherwise packets of the last second are
    /// still in the kernel's ring when tcpdump stops, and lost.
    /// </summary>
    /// <param name="namespacePath">Network namespace, as nsenter takes it.</param>
    /// <param name="port">The broker's port.</param>
    /// <param name="file">Receives the packets.</param>
    public static async Task<WireCapture> StartAsync(string namespacePath, int port, string file)
    {
        var start = new ProcessStartInfo(
            "nsenter",
            [$"--net={namespacePath}", "tcpdump", "--immediate-mode", "-i", "eth0", "-U", "-n", "-s", "0", "-B", "16384", "-w", file, $"tcp port {port}"])
        { RedirectStandardError = true, UseShellExecute = false };
        var tcpdump = Process.Start(start)!;
        while (await tcpdump.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal))
                return new WireCapture(tcpdump, file, port);
        }

        throw new InvalidOperationException($"tcpdump ended before it listened (exit code {tcpdump.ExitCode})");
    }

    /// <summary>Stops the capture and counts what one client sent and received, per API key.</summary>
    public async Task<IReadOnlyDictionary<int, WireCount>> CountAsync(string clientAddress)
    {
        await StopAsync();
        var counts = new Dictionary<int, WireCount>();
        foreach (var (key, size) in await DissectAsync($"ip.src=={clientAddress} && tcp.dstport=={_port}", "kafka.request_key"))
            counts[key] = counts.GetValueOrDefault(key).AddRequest(size);
        foreach (var (key, size) in await DissectAsync($"ip.dst=={clientAddress} && tcp.srcport=={_port}", "kafka.response_key"))
            counts[key] = counts.GetValueOrDefault(key).AddResponse(size);
        return counts;
    }

    /// <summary>Number of TCP connections that a client opened.</summary>
    public async Task<int> ConnectionsAsync(string clientAddress)
    {
        await StopAsync();
        var lines = await TsharkAsync($"ip.src=={clientAddress} && tcp.dstport=={_port} && tcp.flags.syn==1 && tcp.flags.ack==0", "tcp.srcport");
        return lines.Distinct(StringComparer.Ordinal).Count();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _tcpdump.Dispose();
    }

    private async Task StopAsync()
    {
        if (_tcpdump.HasExited)
            return;
        await Command.RunAsync("kill", ["-INT", _tcpdump.Id.ToString(CultureInfo.InvariantCulture)], null, TimeSpan.FromSeconds(5));
        var summary = await _tcpdump.StandardError.ReadToEndAsync();
        await _tcpdump.WaitForExitAsync();
        if (!summary.Contains("\n0 packets dropped by kernel", StringComparison.Ordinal))
            throw new InvalidDataException($"the witness lost packets, so that there is nothing to compare with: {summary}");
    }

    private async Task<IEnumerable<(int Key, long Size)>> DissectAsync(string filter, string keyField)
    {
        // A segment may hold several messages: fields of all of them, in order, separated by commas.
        var messages = new List<(int, long)>();
        foreach (var line in await TsharkAsync($"kafka && {filter}", keyField, "kafka.len"))
        {
            var columns = line.Split('\t');
            var keys = columns[0].Split(',', StringSplitOptions.RemoveEmptyEntries);
            var sizes = columns[1].Split(',', StringSplitOptions.RemoveEmptyEntries);
            if (keys.Length != sizes.Length)
                throw new InvalidDataException($"tshark found {keys.Length} keys but {sizes.Length} lengths in one segment");
            messages.AddRange(keys.Zip(sizes, (key, size) => (int.Parse(key, CultureInfo.InvariantCulture), long.Parse(size, CultureInfo.InvariantCulture))));
        }

        return messages;
    }

    private async Task<string[]> TsharkAsync(string filter, params string[] fields)
    {
        string[] arguments =
        [
            "-r", _file, "-d", $"tcp.port=={_port},kafka", "-Y", filter, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,",
            .. fields.SelectMany(field => new[] { "-e", field }),
        ];
        var result = await Command.RunAsync("tshark", arguments, null, TimeSpan.FromSeconds(60));
        return result.OrThrow().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
