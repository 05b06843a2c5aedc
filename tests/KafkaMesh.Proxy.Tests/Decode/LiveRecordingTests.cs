using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Decode;

/// <summary>Recordings made now, of a real client at a real broker process, by the tools that people use; Wireshark's own dissector says what they hold.</summary>
public class LiveRecordingTests
{
    private const string Topic = "orders";
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("tcpdump", "-i", "lo")]
    [InlineData("tcpdump", "-i", "any", "-y", "LINUX_SLL")]
    [InlineData("tcpdump", "-i", "any", "-y", "LINUX_SLL2")]
    [InlineData("tcpdump", "-i", "lo", "--nano")]
    [InlineData("dumpcap", "-q", "-i", "lo", "-i", "any")]
    public async Task Decode_RecordingOfRealTraffic_HoldsExactlyWhatWiresharkSees(string tool, params string[] arguments)
    {
        Assert.SkipUnless(Rdkafka.IsInstalled() && IsInstalled(tool) && IsInstalled("tshark") && IsInstalled("kcat"), "librdkafka1, kcat, tcpdump or tshark is not installed: run tests/scripts/setup.sh.");
        var directory = Directory.CreateTempSubdirectory("kafkamesh-recording-");
        try
        {
            File.SetUnixFileMode(directory.FullName, (UnixFileMode)0b111_111_111); // tcpdump gives up root before it writes
            var file = Path.Combine(directory.FullName, "recorded");
            var port = await RecordAsync(tool, arguments, file);
            var (expected, unnamed) = await WiresharkAsync(file, port);

            // Wireshark loses sight of a request now and then ("Request missing"): its response may be told, but need not.
            var surplus = Decoded(file);
            Assert.All(expected, message => Assert.True(surplus.Remove(message), $"missing: {message}"));
            Assert.All(surplus, message => Assert.Contains(WithoutApi(message), unnamed));
            Assert.True(expected.Count > 20, string.Join('\n', expected));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <returns>The broker's port.</returns>
    private static async Task<int> RecordAsync(string tool, string[] arguments, string file)
    {
        var host = Rdkafka.Producer(Rdkafka.Configure(("client.id", "host"), ("log_level", "0")));
        var cluster = Rdkafka.NewMockCluster(host, 1);
        try
        {
            var broker = IPEndPoint.Parse(Marshal.PtrToStringUTF8(Rdkafka.Bootstraps(cluster))!);

            // Only this broker's packets: dumpcap's filter holds for the interfaces named behind it.
            var filter = $"tcp port {broker.Port}";
            string[] command = tool == "tcpdump" ? [.. arguments, "-U", "--immediate-mode", "-B", "32768", "-w", file, filter] : ["-f", filter, .. arguments, "-B", "32", "-w", file];
            using var recorder = Start(tool, command, input: null);
            await WaitUntilItListensAsync(file, broker);
            using (var producer = Start("kcat", ["-b", $"{broker}", "-P", "-t", Topic, "-X", "linger.ms=0", "-X", "batch.num.messages=10"], string.Concat(Enumerable.Repeat("a message of some length\n", 300))))
                await producer.WaitForExitAsync(new CancellationTokenSource(s_deadline).Token);
            using (var consumer = Start("kcat", ["-b", $"{broker}", "-C", "-t", Topic, "-o", "beginning", "-e", "-q"], input: null))
                await consumer.WaitForExitAsync(new CancellationTokenSource(s_deadline).Token);

            // What the kernel still holds is written when the recorder ends in order.
            Assert.Equal(0, Interrupt(recorder.Id, 2));
            await recorder.WaitForExitAsync(new CancellationTokenSource(s_deadline).Token);
            return broker.Port;
        }
        finally
        {
            Rdkafka.DestroyMockCluster(cluster);
            Rdkafka.Destroy(host);
        }
    }

    /// <summary>Connects again and again until the recording grows.</summary>
    private static async Task WaitUntilItListensAsync(string file, IPEndPoint broker)
    {
        var waiting = Stopwatch.StartNew();
        for (var empty = -1L; waiting.Elapsed < s_deadline;)
        {
            var length = File.Exists(file) ? new FileInfo(file).Length : 0;
            if (length > 0 && empty < 0)
                empty = length;
            if (empty > 0 && length > empty)
                return;
            using var probe = new System.Net.Sockets.TcpClient();
            await probe.ConnectAsync(broker);
            await Task.Delay(50);
        }

        Assert.Fail("the recorder wrote nothing");
    }

    /// <returns>The messages, and the responses whose request it does not know: without API and version.</returns>
    private static async Task<(List<string> Messages, List<string> Unnamed)> WiresharkAsync(string file, int port)
    {
        using var tshark = Start("tshark", ["-r", file, "-o", "tcp.reassemble_out_of_order:TRUE", "-d", $"tcp.port=={port},kafka", "-Y", "kafka", "-T", "json", "-J", "ip tcp kafka"], input: null, isRead: true);
        using var document = JsonDocument.Parse(await tshark.StandardOutput.ReadToEndAsync());
        var messages = new List<string>();
        var unnamed = new List<string>();
        foreach (var layers in document.RootElement.EnumerateArray().Select(packet => packet.GetProperty("_source").GetProperty("layers")))
        {
            var (ip, tcp) = (layers.GetProperty("ip"), layers.GetProperty("tcp"));
            var source = $"{ip.GetProperty("ip.src")}:{tcp.GetProperty("tcp.srcport")}";
            var destination = $"{ip.GetProperty("ip.dst")}:{tcp.GetProperty("tcp.dstport")}";
            var isRequest = destination.EndsWith($":{port}", StringComparison.Ordinal);
            foreach (var message in layers.EnumerateObject().Where(layer => layer.Name == "kafka" && layer.Value.ValueKind == JsonValueKind.Object).Select(layer => layer.Value))
            {
                if (!message.TryGetProperty("kafka.len", out var size))
                    continue;
                if (!isRequest && !message.TryGetProperty("kafka.response_key", out _))
                {
                    unnamed.Add($"{destination}-{source} response {message.GetProperty("kafka.correlation_id")} {size}");
                    continue;
                }

                var (key, version, client) = isRequest
                    ? (message.GetProperty("kafka.request_key"), message.GetProperty("kafka.request.version"), $"{message.GetProperty("kafka.client_id")}")
                    : (message.GetProperty("kafka.response_key"), message.GetProperty("kafka.response.version"), "");
                messages.Add($"{(isRequest ? $"{source}-{destination} request" : $"{destination}-{source} response")} {key} {version} {message.GetProperty("kafka.correlation_id")} {client} {size}");
            }
        }

        return (messages, unnamed);
    }

    private static string WithoutApi(string message) => message.Split(' ') is [var connection, var kind, _, _, var correlationId, _, var size] ? $"{connection} {kind} {correlationId} {size}" : message;

    private static List<string> Decoded(string file)
    {
        using var output = new StringWriter();
        Assert.Equal(0, new DecodeCommand().Run([file], new CommandConsole(output, TextWriter.Null, new Dictionary<string, string>())));
        return
        [
            .. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("kind").GetString() is "request" or "response")
                .Select(line => $"{line.GetProperty("connection")} {line.GetProperty("kind")} {line.GetProperty("apiKey")} {line.GetProperty("version")} {line.GetProperty("correlationId")} "
                    + $"{(line.GetProperty("kind").GetString() == "request" ? line.GetProperty("clientId") : "")} {line.GetProperty("size")}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool IsInstalled(string program) => new[] { "/usr/bin", "/usr/sbin", "/bin" }.Any(directory => File.Exists(Path.Combine(directory, program)));

    private static Process Start(string program, string[] arguments, string? input, bool isRead = false)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = input is not null, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        if (!isRead)
            process.BeginOutputReadLine();
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        return process;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Interrupt(int process, int signal);
}
