using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Diagnosis.Report;

namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>Picks findings out of reports.</summary>
internal static class Saw
{
    /// <summary>The worst finding of a check, which must be there.</summary>
    /// <param name="report">The report.</param>
    /// <param name="check">The check.</param>
    /// <param name="subject">The object that it is about; null: any.</param>
    public static Finding Of(this CheckReport report, CheckCode check, string? subject = null)
    {
        var findings = report.Findings.Where(f => f.Check == check && (subject is null || f.Subject == subject)).ToList();
        Assert.True(findings.Count > 0, $"no finding {check.Code}; {Text(report)}");
        return findings.MaxBy(f => f.Verdict)!;
    }

    /// <summary>Asserts verdict and words of a check.</summary>
    public static void Says(this CheckReport report, CheckCode check, Verdict verdict, string words, string? subject = null)
    {
        var finding = report.Of(check, subject);
        Assert.True(verdict == finding.Verdict && finding.Message.Contains(words, StringComparison.Ordinal), $"expected {verdict} '{words}': {Text(report)}");
        Assert.Equal(verdict is Verdict.Warning or Verdict.Error, finding.Advice is not null);
    }

    /// <summary>What is not well, in words.</summary>
    public static string Text(CheckReport report) => string.Join("\n", report.Findings.Where(f => f.Verdict != Verdict.Ok).Select(f => $"{f.Check.Code} {f.Verdict} {f.Subject}: {f.Message}"));
}
