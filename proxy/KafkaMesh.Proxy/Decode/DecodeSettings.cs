using System.Globalization;

namespace KafkaMesh.Proxy.Decode;

/// <summary>What <c>decode</c> was asked for.</summary>
/// <param name="File">Path of the capture.</param>
/// <param name="Ports">Server ports to look at; none means all.</param>
/// <param name="Summary">A table instead of lines.</param>
internal sealed record DecodeSettings(string File, IReadOnlyList<ushort> Ports, bool Summary)
{
    private const string PortFlag = "--port";
    private const string SummaryFlag = "--summary";

    /// <summary>Reads the arguments behind the command's name.</summary>
    /// <param name="arguments">As typed.</param>
    /// <param name="error">One sentence when they are wrong.</param>
    /// <returns>Null when they are wrong.</returns>
    public static DecodeSettings? Read(IReadOnlyList<string> arguments, out string? error)
    {
        string? file = null;
        var ports = new List<ushort>();
        var summary = false;
        error = null;
        for (var i = 0; i < arguments.Count && error is null; i++)
        {
            var argument = arguments[i];
            if (argument == SummaryFlag)
                summary = true;
            else if (argument == PortFlag || argument.StartsWith(PortFlag + "=", StringComparison.Ordinal))
                error = AddPort(argument == PortFlag ? arguments.ElementAtOrDefault(++i) : argument[(PortFlag.Length + 1)..], ports);
            else if (argument.StartsWith('-') && argument.Length > 1)
                error = $"'{Printable(argument)}' is no flag of decode: accepted are {PortFlag} N and {SummaryFlag}";
            else if (file is not null)
                error = $"'{Printable(argument)}' is a second file: decode takes one";
            else
                file = argument;
        }

        error ??= string.IsNullOrEmpty(file) ? "decode needs a capture file: kafkamesh-proxy decode FILE.pcap" : null;
        return error is null ? new DecodeSettings(file!, ports, summary) : null;
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
