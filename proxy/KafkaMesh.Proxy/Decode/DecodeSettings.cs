using System.Globalization;
using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Decode;

/// <summary>What <c>decode</c> was asked for.</summary>
/// <param name="File">Path of the capture.</param>
/// <param name="Ports">Server ports to look at; none means all.</param>
/// <param name="Summary">A table instead of lines.</param>
/// <param name="Frames">The file holds bodies in hex, not a capture.</param>
/// <param name="Body">Lines hold the full view of bodies.</param>
/// <param name="Records">The view holds the bytes of records too.</param>
/// <param name="Content">The view holds the records themselves, decompressed.</param>
internal sealed record DecodeSettings(
    string File, IReadOnlyList<ushort> Ports, bool Summary, bool Frames = false, bool Body = false, bool Records = false, bool Content = false)
{
    private const string PortFlag = "--port";
    private const string SummaryFlag = "--summary";
    private const string FramesFlag = "--frames";
    private const string BodyFlag = "--body";
    private const string RecordsFlag = "--records";
    private const string ContentFlag = "--content";

    /// <summary>What the view of a body holds.</summary>
    public JsonViewOptions ViewOptions =>
        (Records ? JsonViewOptions.RecordData : JsonViewOptions.None) | (Content ? JsonViewOptions.RecordContent : JsonViewOptions.None);

    /// <summary>Reads the arguments behind the command's name.</summary>
    /// <param name="arguments">As typed.</param>
    /// <param name="error">One sentence when they are wrong.</param>
    /// <returns>Null when they are wrong.</returns>
    public static DecodeSettings? Read(IReadOnlyList<string> arguments, out string? error)
    {
        string? file = null;
        var ports = new List<ushort>();
        var switches = new HashSet<string>(StringComparer.Ordinal);
        error = null;
        for (var i = 0; i < arguments.Count && error is null; i++)
        {
            var argument = arguments[i];
            if (argument is SummaryFlag or FramesFlag or BodyFlag or RecordsFlag or ContentFlag)
                switches.Add(argument);
            else if (argument == PortFlag || argument.StartsWith(PortFlag + "=", StringComparison.Ordinal))
                error = AddPort(argument == PortFlag ? arguments.ElementAtOrDefault(++i) : argument[(PortFlag.Length + 1)..], ports);
            else if (argument.StartsWith('-') && argument.Length > 1)
                error = $"'{Printable(argument)}' is no flag of decode: accepted are {PortFlag} N, {SummaryFlag}, {BodyFlag}, {RecordsFlag}, {ContentFlag} and {FramesFlag}";
            else if (file is not null)
                error = $"'{Printable(argument)}' is a second file: decode takes one";
            else
                file = argument;
        }

        error ??= string.IsNullOrEmpty(file) ? "decode needs a capture file: kafkamesh-proxy decode FILE.pcap" : null;
        error ??= FindConflict(switches, ports.Count > 0);
        if (error is not null)
            return null;
        return new DecodeSettings(
            file!,
            ports,
            switches.Contains(SummaryFlag),
            switches.Contains(FramesFlag),
            switches.Contains(BodyFlag),
            switches.Contains(RecordsFlag),
            switches.Contains(ContentFlag));
    }

    private static string? FindConflict(HashSet<string> switches, bool hasPorts)
    {
        var frames = switches.Contains(FramesFlag);
        if (frames && (hasPorts || switches.Contains(SummaryFlag)))
            return $"{FramesFlag} decodes bodies, which have no connection: leave out {PortFlag} and {SummaryFlag}";
        if (switches.Contains(SummaryFlag) && switches.Contains(BodyFlag))
            return $"{SummaryFlag} prints a table, {BodyFlag} adds to lines: give one of them";
        var addition = switches.Contains(RecordsFlag) ? RecordsFlag : switches.Contains(ContentFlag) ? ContentFlag : null;
        return addition is not null && !frames && !switches.Contains(BodyFlag) ? $"{addition} adds to the view of bodies: give {BodyFlag} too" : null;
    }

    private static string? AddPort(string? text, List<ushort> ports)
    {
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            return $"{PortFlag} '{Printable(text ?? "")}' is no port: a number from 1 to {ushort.MaxValue} is accepted";
        ports.Add(port);
        return null;
    }

    private static string Printable(string text) => string.Concat(text.Where(c => !char.IsControl(c)));
}
