using System.Globalization;
using System.Net;
using System.Text;

namespace KafkaMesh.Proxy.Configuration;

/// <summary>
/// Reads the flags of one command from its arguments and the environment. The first thing that is wrong is kept as <see cref="Error"/>, one sentence
/// that names flag, value and what is accepted; later reads go on with harmless values.
/// </summary>
internal sealed class FlagReader
{
    /// <summary>Most ports in a list of them.</summary>
    public const int MaxPorts = 64;

    private readonly Dictionary<string, List<FlagValue>> _values = [];

    /// <param name="flags">All flags of the command.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="environment">Variables of the process; only those of the flags are looked at, and not what Kubernetes set for a Service.</param>
    public FlagReader(IReadOnlyCollection<Flag> flags, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var byOption = flags.ToDictionary(flag => flag.Option);
        for (int i = 0; i < arguments.Count && Error is null; i++)
        {
            ReadArgument(byOption, arguments, ref i);
        }

        foreach (Flag flag in flags)
        {
            if (!_values.ContainsKey(flag.Name) && environment.TryGetValue(flag.Variable, out string? text) && text.Length > 0
                && !ServiceLinks.Contains(flag.Variable, text))
            {
                _values[flag.Name] = [new FlagValue(text, flag.Variable)];
            }
        }
    }

    /// <summary>What is wrong; null while nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>The flag or its variable was given.</summary>
    public bool IsGiven(Flag flag) => _values.ContainsKey(flag.Name);

    /// <summary>Reports something that is wrong with several flags together.</summary>
    public void Reject(string sentence) => Error ??= sentence;

    /// <summary>Reports a value that is not accepted.</summary>
    public void Reject(Flag flag, FlagValue value) => Reject($"{Printable(value.Text)} is no value for {Origin(flag, value)}: accepted is {flag.Accepts}");

    /// <summary>The value, or the default.</summary>
    public FlagValue Value(Flag flag) => _values.TryGetValue(flag.Name, out List<FlagValue>? given) ? given[^1] : new FlagValue(flag.Default ?? "", "");

    /// <summary>What was given, or the default, as it may stand in a log line; <c>-</c> for none.</summary>
    public string Shown(Flag flag) => string.Join(',', flag.IsList ? List(flag).Select(value => value.Text) : [Value(flag).Text]) is { Length: > 0 } text ? text : "-";

    /// <summary>Every element of a list; empty when neither it nor a default was given.</summary>
    public IEnumerable<FlagValue> List(Flag flag)
    {
        IReadOnlyList<FlagValue> given = _values.TryGetValue(flag.Name, out List<FlagValue>? values) ? values : [new FlagValue(flag.Default ?? "", "")];
        foreach (FlagValue value in given)
        {
            foreach (string element in value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return new FlagValue(element, value.Origin);
            }
        }
    }

    /// <summary>Any text without control characters, at most 253 characters; null when empty.</summary>
    public string? Text(Flag flag)
    {
        FlagValue value = Value(flag);
        if (value.Text.Length > 253 || HasControl(value.Text))
        {
            Reject(flag, value);
        }

        return value.Text.Length == 0 ? null : value.Text;
    }

    /// <summary>A decimal number within the bounds.</summary>
    public int Number(Flag flag, int least, int most) => Number(flag, Value(flag), least, most);

    /// <summary>A decimal number within the bounds, from one element of a list.</summary>
    public int Number(Flag flag, FlagValue value, int least, int most)
    {
        if (int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        Reject(flag, value);
        return least;
    }

    /// <summary>A list of ports, in order, without repetition, at most <see cref="MaxPorts"/>; empty only when nobody gives one.</summary>
    public int[] Ports(Flag flag)
    {
        int[] ports = [.. List(flag).Select(value => Number(flag, value, 1, IPEndPoint.MaxPort)).Distinct().Order()];
        if (ports.Length > MaxPorts || (ports.Length == 0 && Value(flag).Text.Length > 0))
        {
            Reject(flag, Value(flag));
        }

        return ports;
    }

    /// <summary>One of the words.</summary>
    public string OneOf(Flag flag, params ReadOnlySpan<string> words)
    {
        FlagValue value = Value(flag);
        if (words.Contains(value.Text))
        {
            return value.Text;
        }

        Reject(flag, value);
        return words[0];
    }

    /// <summary>A time span: seconds, or a number with <c>ms</c>, <c>s</c> or <c>m</c>.</summary>
    public TimeSpan Duration(Flag flag, TimeSpan most)
    {
        FlagValue value = Value(flag);
        (string digits, double unit) = value.Text switch
        {
            [.. string n, 'm', 's'] => (n, 0.001),
            [.. string n, 's'] => (n, 1),
            [.. string n, 'm'] => (n, 60),
            _ => (value.Text, 1.0),
        };
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number * unit <= most.TotalSeconds)
        {
            return TimeSpan.FromSeconds(number * unit);
        }

        Reject(flag, value);
        return TimeSpan.Zero;
    }

    /// <summary>An address, or the default, which parses as the flag's; IPv6 may stand in brackets.</summary>
    public IPAddress Address(Flag flag, IPAddress byDefault)
    {
        if (!IsGiven(flag))
        {
            return byDefault;
        }

        FlagValue value = Value(flag);
        string text = value.Text is ['[', .. string inner, ']'] ? inner : value.Text;
        if (HostAndPort.TryParseAddress(text, out IPAddress address))
        {
            return address;
        }

        Reject(flag, value);
        return byDefault;
    }

    /// <summary>A switch: given on the command line, or a variable of <c>true</c> or <c>false</c>.</summary>
    public bool Switch(Flag flag)
    {
        FlagValue value = Value(flag);
        if (value.Text is not ("true" or "false" or ""))
        {
            Reject(flag, value);
        }

        return value.Text == "true";
    }

    private void ReadArgument(Dictionary<string, Flag> flags, IReadOnlyList<string> arguments, ref int index)
    {
        string argument = arguments[index];
        int equals = argument.IndexOf('=');
        string option = equals < 0 ? argument : argument[..equals];
        if (!flags.TryGetValue(option, out Flag? flag))
        {
            Reject($"{Printable(option)} is no flag of this command: accepted are {string.Join(' ', flags.Keys)}");
            return;
        }

        string? text = equals >= 0 ? argument[(equals + 1)..] : flag.IsSwitch ? "true" : index + 1 < arguments.Count ? arguments[++index] : null;
        if (string.IsNullOrEmpty(text))
        {
            Reject($"{option} has no value: accepted is {flag.Accepts}");
            return;
        }

        if (!_values.TryGetValue(flag.Name, out List<FlagValue>? values))
        {
            _values[flag.Name] = values = [];
        }
        else if (!flag.IsList)
        {
            Reject($"{option} is given twice: accepted is {flag.Accepts}, once");
        }

        values.Add(new FlagValue(text, option));
    }

    private static bool HasControl(string text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    private static string Origin(Flag flag, FlagValue value) => value.Origin.Length == 0 ? flag.Option : value.Origin;

    // One line on a terminal, whatever was given.
    private static string Printable(string text)
    {
        var printable = new StringBuilder("'");
        foreach (char c in text.Length > 100 ? text[..100] + "…" : text)
        {
            printable.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return printable.Append('\'').ToString();
    }
}
