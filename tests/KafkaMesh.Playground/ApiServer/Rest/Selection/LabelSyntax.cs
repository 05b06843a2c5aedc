using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.ApiServer.Rest.Selection;

/// <summary>What label keys, label values and names may look like (apimachinery's validation), with the words of a real server.</summary>
internal static partial class LabelSyntax
{
    /// <summary>Text about a bad qualified name.</summary>
    public const string NameText =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    /// <summary>Text about a bad DNS subdomain.</summary>
    public const string SubdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    /// <summary>Text about a bad DNS label.</summary>
    public const string LabelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
        "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string ValueText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>What is wrong with a label or annotation key (a qualified name), or null.</summary>
    public static string? KeyError(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var (prefix, name) = slash < 0 ? ("", key) : (key[..slash], key[(slash + 1)..]);
        return 0 switch
        {
            _ when slash == 0 => "prefix part must be non-empty",
            _ when slash > 0 && SubdomainError(prefix) is { } error => $"prefix part {error}",
            _ when name.Length == 0 => "name part must be non-empty",
            _ when name.Length > 63 => "name part must be no more than 63 bytes",
            _ => NamePattern().IsMatch(name) ? null : NameText,
        };
    }

    /// <summary>What is wrong with a label value, or null.</summary>
    public static string? ValueError(string value) => value switch
    {
        { Length: > 63 } => "must be no more than 63 bytes",
        "" => null,
        _ => NamePattern().IsMatch(value) ? null : ValueText,
    };

    /// <summary>What is wrong with a DNS subdomain (most object names), or null.</summary>
    public static string? SubdomainError(string name) => name.Length > 253
        ? "must be no more than 253 bytes"
        : SubdomainPattern().IsMatch(name) ? null : SubdomainText;

    /// <summary>What is wrong with a DNS label (namespaces), or null.</summary>
    public static string? DnsLabelError(string name) => name.Length > 63
        ? "must be no more than 63 bytes"
        : DnsLabelPattern().IsMatch(name) ? null : LabelText;

    /// <summary>What is wrong with a name that must only be a path segment (RBAC objects), or null.</summary>
    public static string? PathSegmentError(string name) => name switch
    {
        "." or ".." => $"may not be '{name}'",
        _ when name.Contains('/', StringComparison.Ordinal) => "may not contain '/'",
        _ when name.Contains('%', StringComparison.Ordinal) => "may not contain '%'",
        _ => null,
    };

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsLabelPattern();
}
