using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>The formats of names, labels and keys, with the sentences that the API server prints about them (apimachinery's validation package).</summary>
internal static partial class NameRules
{
    private const string LabelText = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
        + " (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string QualifiedText = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string LabelValueText = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string ConfigKeyText = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        + " (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    /// <summary>RFC 1123 label: containers, volumes, namespaces.</summary>
    public static IEnumerable<string> DnsLabel(string value) => Check(value, 63, LabelPattern(), LabelText);

    /// <summary>RFC 1123 subdomain: most object names.</summary>
    public static IEnumerable<string> DnsSubdomain(string value) => Check(value, 253, SubdomainPattern(), SubdomainText);

    /// <summary>A name that may stand in a URL path: RBAC objects.</summary>
    public static IEnumerable<string> PathSegment(string value)
    {
        if (value is "." or "..")
        {
            yield return $"may not be '{value}'";
        }

        foreach (var c in new[] { "/", "%" }.Where(c => value.Contains(c, StringComparison.Ordinal)))
        {
            yield return $"may not contain '{c}'";
        }
    }

    /// <summary>Label and annotation keys: an optional DNS prefix and a name part.</summary>
    public static IEnumerable<string> QualifiedName(string value)
    {
        var parts = value.Split('/');
        if (parts.Length > 2)
        {
            return ["a qualified name " + QualifiedText["name part ".Length..] + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }

        var errors = new List<string>();
        if (parts.Length == 2)
        {
            errors.AddRange(parts[0].Length == 0 ? ["prefix part must be non-empty"] : DnsSubdomain(parts[0]).Select(e => "prefix part " + e));
        }

        if (parts[^1].Length == 0)
        {
            errors.Add("name part must be non-empty");
        }
        else if (parts[^1].Length > 63)
        {
            errors.Add("name part must be no more than 63 bytes");
        }

        if (!QualifiedPattern().IsMatch(parts[^1]))
        {
            errors.Add(QualifiedText);
        }

        return errors;
    }

    /// <summary>Label values.</summary>
    public static IEnumerable<string> LabelValue(string value) => Check(value, 63, LabelValuePattern(), LabelValueText);

    /// <summary>Keys of ConfigMaps and Secrets.</summary>
    public static IEnumerable<string> ConfigKey(string value)
    {
        if (value.Length > 253)
        {
            yield return "must be no more than 253 bytes";
        }

        if (!ConfigKeyPattern().IsMatch(value))
        {
            yield return ConfigKeyText;
        }
        else if (value is "." or "..")
        {
            yield return $"must not be '{value}'";
        }
    }

    /// <summary>Names of environment variables.</summary>
    public static IEnumerable<string> EnvironmentVariable(string value)
        => value.All(c => c is >= ' ' and <= '~' and not '=') && value.Length > 0
            ? []
            : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

    /// <summary>IANA service names of container ports.</summary>
    public static IEnumerable<string> PortName(string value)
    {
        if (value.Length > 15)
        {
            yield return "must be no more than 15 characters";
        }

        if (!PortPattern().IsMatch(value))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        if (!value.Any(char.IsAsciiLetter))
        {
            yield return "must contain at least one letter (a-z)";
        }

        if (value.Contains("--", StringComparison.Ordinal))
        {
            yield return "must not contain consecutive hyphens";
        }

        if (value.StartsWith('-') || value.EndsWith('-'))
        {
            yield return "must not begin or end with a hyphen";
        }
    }

    private static IEnumerable<string> Check(string value, int limit, Regex pattern, string text)
    {
        if (value.Length > limit)
        {
            yield return $"must be no more than {limit} bytes";
        }

        if (!pattern.IsMatch(value))
        {
            yield return text;
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex QualifiedPattern();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LabelValuePattern();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ConfigKeyPattern();

    [GeneratedRegex(@"^[-a-z0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PortPattern();
}
