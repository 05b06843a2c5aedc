using System.CommandLine;
using KafkaMesh.Contracts;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Decode;

/// <summary><c>kafkamesh-proxy decode FILE.pcap [--port N]… [--summary]</c>: the sidecar run offline on a capture.</summary>
internal static class DecodeCommand
{
    /// <summary>Exit code for a file that is no capture, or ends within a packet (EX_DATAERR of sysexits.h).</summary>
    public const int ExitBadData = 65;

    /// <summary>The command, to be added to the root command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Capture to decode: pcap or pcapng." };
        var ports = new Option<int[]>("--port") { Description = "Look only at connections to this server port; repeatable. Without it detection decides." };
        var summary = new Option<bool>("--summary") { Description = "Print a table per API and version instead of one JSON line per message." };
        var command = new Command("decode", "Decode the Kafka traffic of a capture with the sidecar's own detection, sessions and codec.") { file, ports, summary };
        command.SetAction(result =>
        {
            using var output = Console.OpenStandardOutput();
            return Run(result.GetRequiredValue(file), result.GetValue(ports) ?? [], result.GetValue(summary), output, Console.Error);
        });
        return command;
    }

    /// <summary>Decodes a capture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ports">Server ports to look at; none means all.</param>
    /// <param name="summary">A table instead of lines.</param>
    /// <param name="output">Receives lines or table; stays open.</param>
    /// <param name="errors">Receives one line when something is wrong.</param>
    /// <returns>0, or an exit code of sysexits.h.</returns>
    public static int Run(string path, IReadOnlyList<int> ports, bool summary, Stream output, TextWriter errors)
    {
        foreach (var port in ports)
        {
            if (port is >= 1 and <= ushort.MaxValue)
                continue;
            errors.WriteLine($"decode: --port {port} is no port; give a number from 1 to {ushort.MaxValue}.");
            return WellKnownNames.ExitUsage;
        }

        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.WriteLine($"decode: {path} cannot be opened: {exception.Message}");
            return WellKnownNames.ExitUsage;
        }

        using (file)
            return Decode(path, file, ports, summary, output, errors);
    }

    private static int Decode(string path, Stream file, IReadOnlyList<int> ports, bool summary, Stream output, TextWriter errors)
    {
        if (CaptureFile.Open(file, out var error) is not { } reader)
        {
            errors.WriteLine($"decode: {path}: {error}");
            return ExitBadData;
        }

        using var text = new StreamWriter(output, leaveOpen: true);
        using var lines = new JsonLinesTrace(output);
        ICaptureTrace trace = summary ? new SummaryTrace(text) : lines;
        var metrics = new LoopMetrics(new SharedSeries(new SeriesLimits()));
        var decoder = new CaptureDecoder(ports.Select(port => (ushort)port), CaptureDecoder.Observers(metrics, trace), trace);
        while (reader.TryRead(out var packet))
        {
            if (!PacketParser.IsSupported(packet.LinkType))
            {
                error = $"its link type {(int)packet.LinkType} is not supported; record on a network interface, 'lo' or 'any'.";
                break;
            }

            decoder.Add(packet);
        }

        decoder.Finish();
        error ??= reader.Error;
        if (error is null)
            return 0;
        text.Flush();
        errors.WriteLine($"decode: {path}: {error}");
        return ExitBadData;
    }
}
