namespace KafkaMesh.Operator.Diagnosis.Report;

/// <summary>What a diagnosis found, in the order of codes.</summary>
/// <param name="Findings">All findings, good ones too.</param>
internal sealed record CheckReport(IReadOnlyList<Finding> Findings)
{
    /// <summary>Exit code when something is missing or will be.</summary>
    public const int ExitWarning = 1;

    /// <summary>Exit code when the product does not do its work.</summary>
    public const int ExitError = 2;

    /// <summary>The worst verdict; what could not be seen is no fault.</summary>
    public Verdict Worst => Findings.Select(f => f.Verdict).Where(v => v != Verdict.Unknown).DefaultIfEmpty(Verdict.Ok).Max();

    /// <summary>The exit code.</summary>
    public int ExitCode => Worst switch
    {
        Verdict.Error => ExitError,
        Verdict.Warning => ExitWarning,
        _ => 0,
    };

    /// <summary>How many findings have a verdict.</summary>
    public int Count(Verdict verdict) => Findings.Count(f => f.Verdict == verdict);
}
