using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>What this server answers otherwise than recorded, and why that is right or known (testdata/replay/differences.json).</summary>
/// <param name="Why">The reason.</param>
/// <param name="Paths">What may differ: "status", "text", "events", "calls", "warnings", "header Name", or the path of a value, with everything below it; [*] is any index.</param>
/// <param name="At">The transcripts with the lines of their requests.</param>
/// <param name="Skip">Whether the requests are not even sent.</param>
internal sealed record AllowedDifference(string Why, IReadOnlyList<string>? Paths, IReadOnlyDictionary<string, IReadOnlyList<int>> At, bool Skip = false)
{
    /// <summary>Whether the entry speaks of a step.</summary>
    public bool IsFor(string transcript, TranscriptStep step) => At.TryGetValue(transcript, out var lines) && lines.Contains(step.Line);

    /// <summary>The path that a difference lies at or below, or null.</summary>
    public string? Covering(string difference) => (Paths ?? []).FirstOrDefault(path => Regex.IsMatch(
        difference, "^" + Regex.Escape(path).Replace(@"\[\*]", @"\[\d+]", StringComparison.Ordinal) + @"[.:\[]", RegexOptions.None, TimeSpan.FromSeconds(1)));
}
