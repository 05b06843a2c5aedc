namespace KafkaMesh.EndToEnd;

/// <summary>What came of a process.</summary>
internal sealed record CommandResult(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>Standard output of a process that ended with 0; else an exception that quotes it.</summary>
    public string OrThrow() => ExitCode == 0
        ? Output
        : throw new InvalidOperationException($"`{CommandLine}` ended with {ExitCode}: {Error.Trim()} {Output.Trim()}");
}
