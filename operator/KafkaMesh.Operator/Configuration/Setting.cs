using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Configuration;

/// <summary>One setting: a flag, its environment variable, its default and what it accepts.</summary>
/// <param name="Name">Flag without dashes, such as <c>webhook-port</c>.</param>
/// <param name="Default">Value when neither flag nor variable is given; null: none.</param>
/// <param name="Accepted">What values are accepted, for help and errors.</param>
/// <param name="Description">What it does.</param>
/// <param name="IsValid">Whether a value is accepted.</param>
internal sealed record Setting(string Name, string? Default, string Accepted, string Description, Func<string, bool> IsValid)
{
    /// <summary>The flag.</summary>
    public string Flag => "--" + Name;

    /// <summary>The environment variable.</summary>
    public string Variable => WellKnownNames.EnvironmentPrefix + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>Text of <c>--help</c>.</summary>
    public string Help => $"{Description} ({Accepted}) [env: {Variable}]" + (Default is null ? "" : $" [default: {Default}]");
}
