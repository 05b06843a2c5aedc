using KafkaMesh.Contracts;

namespace KafkaMesh.Proxy.Configuration;

/// <summary>One setting of a command: a flag, and an environment variable of the same meaning that the flag overrides.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Accepts">What a value looks like, for help and messages.</param>
/// <param name="Default">Textual default; null when there is none.</param>
/// <param name="Description">One sentence without its full stop.</param>
internal sealed record Flag(string Name, string Accepts, string? Default, string Description)
{
    /// <summary>May be given several times; the variable holds a comma-separated list, as may each flag.</summary>
    public bool IsList { get; init; }

    /// <summary>Stands alone on the command line and means <c>true</c>.</summary>
    public bool IsSwitch { get; init; }

    /// <summary><c>--name</c>.</summary>
    public string Option => "--" + Name;

    /// <summary><c>KAFKAMESH_NAME</c>.</summary>
    public string Variable => WellKnownNames.EnvironmentPrefix + Name.Replace('-', '_').ToUpperInvariant();
}
