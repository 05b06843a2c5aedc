using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>What this server answers otherwise than recorded, and why that is right or known (testdata/replay/differences.json).</summary>
/// <param name="File">Transcript; a final <c>*</c> stands for any ending.</param>
/// <param name="Lines">Lines of the requests; absent when <paramref name="Url"/> names them.</param>
/// <param name="Url">Beginning of the URLs; absent when <paramref name="Lines"/> names the requests.</param>
/// <param name="Paths">What may differ: "status", "text", "events", "header Name", or the path of a value in the answer, with everything below it; [*] is any index.</param>
/// <param name="Why">The reason.</param>
/// <param name="Skip">Whether the request is not even sent, because our other answer would change what follows.</param>
internal sealed record AllowedDifference(string File, IReadOnlyList<int>? Lines, string? Url, IReadOnlyList<string>? Paths, string Why, bool Skip = false)
{
    /// <summary>Whether the entry speaks of a step.</summary>
    public bool IsFor(string transcript, TranscriptStep step) =>
        (File.EndsWith('*') ? transcript.StartsWith(File[..^1], StringComparison.Ordinal) : transcript == File)
        && (Lines is null ? Url is not null && step.Url.StartsWith(Url, StringComparison.Ordinal) : Lines.Contains(step.Line));

    /// <summary>Whether a difference lies at or below one of the paths.</summary>
    public bool Covers(string difference) => (Paths ?? []).Any(path => Regex.IsMatch(
        difference, "^" + Regex.Escape(path).Replace(@"\[\*]", @"\[\d+]", StringComparison.Ordinal) + @"[.:\[]", RegexOptions.None, TimeSpan.FromSeconds(1)));
}
