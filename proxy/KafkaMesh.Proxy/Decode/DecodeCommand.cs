using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Decode;

/// <summary><c>kafkamesh-proxy decode</c>: the sidecar run offline on a capture, or its codec on bodies alone.</summary>
internal sealed class DecodeCommand : ICommand
{
    /// <summary>Exit code for a file that is no capture, or is broken (EX_DATAERR of sysexits.h).</summary>
    public const int ExitBadData = 65;

    /// <inheritdoc/>
    public string Name => "decode";

    /// <inheritdoc/>
    public string Summary => "Decode the Kafka traffic of a capture with the sidecar's own detection, sessions and codec.";

    /// <inheritdoc/>
    public string Help =>
        $"""
        Usage: kafkamesh-proxy decode FILE.pcap|- [--port N]... [--summary | --body [--records] [--content]]
               kafkamesh-proxy decode --frames FILE|- [--records] [--content]

        {Summary}
        Writes one JSON line per request, response, SASL token, opaque connection and anomaly.

          --port N...
              Look only at connections to this server port. Without it detection decides.
          --summary
              Print a table per API and version instead.
          --body
              Add the full view of every request and response as "body".
          --records
              Add the bytes of records to the view as "data", in base64.
          --content
              Add the records themselves to the view as "content", decompressed and checked: offset, timestamp, key, value and
              headers; what is not UTF-8 in base64 ("valueBase64"). "contentError" says why there are no more, for instance
              CompressionUnavailable when libzstd.so.1 is not installed.
          --frames
              The file, or standard input for -, holds bodies without header, one per line, tab-separated: apiKey, version,
              request or response, hex. Writes one JSON line for each of its lines, with "body" or with "error", which says
              what is wrong with the line and where.

        Exit code: 0, 64 for wrong usage, 65 when the file is no capture, ends within a packet or cannot be read to its end.
        Lines with "error" do not change it.

        """;

    /// <inheritdoc/>
    public int Run(IReadOnlyList<string> arguments, CommandConsole console)
    {
        if (DecodeSettings.Read(arguments, out var error) is not { } settings)
            return console.Fail(ExitCode.Usage, error!);
        if ((settings.File == "-" ? Console.OpenStandardInput() : Open(settings.File, out error)) is not { } file)
            return console.Fail(ExitCode.Usage, $"{settings.File} {error}");
        using (file)
            error = settings.Frames ? DecodeBodies(file, settings, console.Out) : Decode(file, settings, console.Out);
        return error is null ? ExitCode.Success : console.Fail(ExitBadData, $"{settings.File}: {error}");
    }

    /// <summary>Decodes bodies in hex, line by line; faults of lines stand in the lines.</summary>
    /// <returns>One sentence when the stream cannot be read to its end.</returns>
    public static string? DecodeBodies(Stream stream, DecodeSettings settings, TextWriter output)
    {
        using var bodies = new BodyFile(output, settings.ViewOptions);
        try
        {
            bodies.Decode(stream);
            return null;
        }
        catch (IOException)
        {
            return "cannot be read to its end";
        }
    }

    // The system's own messages are trimmed away, so the common cases have sentences here.
    private static FileStream? Open(string path, out string? error)
    {
        error = null;
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            error = "does not exist";
        }
        catch (UnauthorizedAccessException)
        {
            error = "may not be read, or is a directory";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            error = "cannot be opened";
        }

        return null;
    }

    /// <summary>Decodes a capture to its end, or to where it is broken.</summary>
    /// <param name="stream">The capture.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="output">Receives lines or table.</param>
    /// <returns>One sentence when the capture is broken.</returns>
    public static string? Decode(Stream stream, DecodeSettings settings, TextWriter output)
    {
        if (CaptureFile.Open(stream, out var error) is not { } reader)
            return error;
        using var lines = new JsonLinesTrace(output, settings.Body ? new BodyBuffers() : null, settings.ViewOptions);
        ICaptureTrace trace = settings.Summary ? new SummaryTrace(output) : lines;
        var metrics = new LoopMetrics(new SharedSeries(new SeriesLimits()));
        var decoder = new CaptureDecoder(settings.Ports, CaptureDecoder.Observers(metrics, trace), trace);
        var packets = 0L;
        LinkType? unsupported = null;
        while (reader.TryRead(out var packet))
        {
            if (!PacketParser.IsSupported(packet.LinkType))
            {
                unsupported ??= packet.LinkType; // of one interface among several, maybe
                continue;
            }

            packets++;
            decoder.Add(packet);
        }

        decoder.Finish();
        if (packets == 0 && unsupported is { } linkType)
            error = $"link type {(int)linkType} is not supported: record on a network interface, 'lo' or 'any'";
        return error ?? reader.Error;
    }
}
