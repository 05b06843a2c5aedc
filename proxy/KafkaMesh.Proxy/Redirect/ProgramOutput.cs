namespace KafkaMesh.Proxy.Redirect;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 when it succeeded; -1 when it could not be run or did not end.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Why it failed, in one line; empty when it did not.</param>
internal readonly record struct ProgramOutput(int ExitCode, string Out, string Error)
{
    /// <summary>It succeeded.</summary>
    public bool Succeeded => ExitCode == 0;
}
