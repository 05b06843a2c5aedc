using System.Globalization;

namespace KafkaMesh.EndToEnd;

/// <summary>
/// An independent witness: tcpdump in the broker's pod (the container <c>witness</c> of orders.yaml), counted by tshark's Kafka dissector
/// here. It shares no code with the sidecar.
/// </summary>
internal sealed class WireCapture : IDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly string _file;
    private readonly int _port;

    private WireCapture(DirectoryInfo directory, string file, int port) => (_directory, _file, _port) = (directory, file, port);

    /// <summary>Stops the capture and fetches the packets since the pod's start; a capture with packets lost is an exception.</summary>
    /// <param name="kubectl">Where the pod is.</param>
    /// <param name="namespace">The pod's namespace.</param>
    /// <param name="pod">The broker's pod.</param>
    /// <param name="port">The broker's port.</param>
    public static async Task<WireCapture> FetchAsync(Kubectl kubectl, string @namespace, string pod, int port)
    {
        var proxy = $"/api/v1/namespaces/{@namespace}/pods/{pod}:8000/proxy";
        var summary = await kubectl.RunAsync("get", "--raw", $"{proxy}/stop");
        if (!summary.Contains("\n0 packets dropped by kernel", StringComparison.Ordinal))
            throw new InvalidDataException($"the witness lost packets, so that there is nothing to compare with: {summary}");
        var packets = Convert.FromBase64String(await kubectl.RunAsync("get", "--raw", $"{proxy}/packets"));
        var directory = Directory.CreateTempSubdirectory("kafkamesh-wire-");
        var file = Path.Combine(directory.FullName, "wire.pcap");
        await File.WriteAllBytesAsync(file, packets);
        return new WireCapture(directory, file, port);
    }

    /// <summary>Counts what one client sent and received, per API key.</summary>
    public async Task<IReadOnlyDictionary<int, WireCount>> CountAsync(string clientAddress)
    {
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
        var lines = await TsharkAsync($"ip.src=={clientAddress} && tcp.dstport=={_port} && tcp.flags.syn==1 && tcp.flags.ack==0", "tcp.srcport");
        return lines.Distinct(StringComparer.Ordinal).Count();
    }

    /// <summary>Deletes the packets.</summary>
    public void Dispose() => _directory.Delete(recursive: true);

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
