using System.Text;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Report;

/// <summary>A report for people.</summary>
/// <param name="style">What the terminal can show.</param>
internal sealed class CheckText(TerminalStyle style)
{
    /// <summary>The text.</summary>
    public string Write(CheckReport report)
    {
        var text = new StringBuilder();
        foreach (var section in report.Findings.GroupBy(f => f.Check.Section, StringComparer.Ordinal))
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(style.Bold(section.Key)).Append('\n');
            foreach (var finding in section)
                Append(text, finding);
        }
        text.Append('\n').Append(Summary(report)).Append('\n');
        return text.ToString();
    }

    private void Append(StringBuilder text, Finding finding)
    {
        // Messages repeat what others wrote into the cluster.
        var message = PlainText.Of((finding.Subject is { } subject ? subject + ": " : "") + finding.Message);
        text.Append("  ").Append(Mark(finding.Verdict)).Append(' ').Append(finding.Check.Code).Append(' ')
            .Append(finding.Verdict == Verdict.Ok ? $"{finding.Check.Title} ({message})" : message).Append('\n');
        if (finding.Advice is { } advice)
            text.Append("      ").Append(style.Dim(PlainText.Of(advice))).Append('\n').Append("      ").Append(style.Dim($"docs/findings.md#{finding.Check.Code.ToLowerInvariant()}")).Append('\n');
    }

    private string Mark(Verdict verdict) => (verdict, style.IsRich) switch
    {
        (Verdict.Ok, true) => style.Green("✓"),
        (Verdict.Unknown, true) => style.Dim("?"),
        (Verdict.Warning, true) => style.Yellow("‼"),
        (_, true) => style.Red("×"),
        _ => CheckJson.Name(verdict).PadRight(7),
    };

    private static string Summary(CheckReport report)
    {
        var unseen = report.Count(Verdict.Unknown) is > 0 and var count ? $"; {count} could not be seen" : "";
        return report.Worst == Verdict.Ok
            ? $"Nothing is wrong: {report.Count(Verdict.Ok)} checks{unseen}."
            : $"{Plural.Of(report.Count(Verdict.Error), "error")}, {Plural.Of(report.Count(Verdict.Warning), "warning")}, {Plural.Of(report.Count(Verdict.Ok), "check")} well{unseen}.";
    }
}
