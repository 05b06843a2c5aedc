namespace KafkaMesh.Proxy.Redirect;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 when it succeeded; <see cref="Missing"/> or <see cref="Broken"/> when it has none.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Why it failed, in one line; empty when it did not.</param>
internal readonly record struct ProgramOutput(int ExitCode, string Out, string Error)
{
    /// <summary>It did not end by itself.</summary>
    public const int Broken = -1;

    /// <summary>It is not installed.</summary>
    public const int Missing = -2;

    /// <summary>It succeeded.</summary>
    public bool Succeeded => ExitCode == 0;
}
