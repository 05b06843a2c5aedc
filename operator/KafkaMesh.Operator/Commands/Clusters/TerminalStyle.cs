namespace KafkaMesh.Operator.Commands.Clusters;

/// <summary>What standard output can show: colours and signs on a terminal of people, plain letters elsewhere.</summary>
/// <param name="IsRich">Whether it is such a terminal.</param>
internal sealed record TerminalStyle(bool IsRich)
{
    /// <summary>Finds out: a terminal that is not dumb, in UTF-8, whose user has not set NO_COLOR (https://no-color.org).</summary>
    public static TerminalStyle Detect() => Of(Console.IsOutputRedirected, Environment.GetEnvironmentVariable);

    /// <summary>The same for given surroundings.</summary>
    /// <param name="isRedirected">Whether standard output is no terminal.</param>
    /// <param name="variable">Environment variables.</param>
    public static TerminalStyle Of(bool isRedirected, Func<string, string?> variable)
    {
        var locale = new[] { "LC_ALL", "LC_CTYPE", "LANG" }.Select(variable).FirstOrDefault(v => !string.IsNullOrEmpty(v)) ?? "";
        var isUtf8 = locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
        return new TerminalStyle(!isRedirected && isUtf8 && variable("TERM") is { Length: > 0 } and not "dumb" && string.IsNullOrEmpty(variable("NO_COLOR")));
    }

    /// <summary>Heading.</summary>
    public string Bold(string text) => Paint("1", text);

    /// <summary>By the way.</summary>
    public string Dim(string text) => Paint("2", text);

    /// <summary>Well.</summary>
    public string Green(string text) => Paint("32", text);

    /// <summary>Not so well.</summary>
    public string Yellow(string text) => Paint("33", text);

    /// <summary>Not well.</summary>
    public string Red(string text) => Paint("31", text);

    private string Paint(string code, string text) => IsRich ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
