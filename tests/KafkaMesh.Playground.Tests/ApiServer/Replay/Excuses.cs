namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>The entries of the table of differences that speak of one transcript, and which of them were needed.</summary>
internal sealed class Excuses(string transcript, IEnumerable<AllowedDifference> all)
{
    private readonly List<AllowedDifference> _entries = [.. all.Where(entry => entry.At.ContainsKey(transcript))];
    private readonly HashSet<(AllowedDifference Entry, string Use)> _needed = [];
    private int _equal;
    private int _excused;
    private int _leftOut;

    /// <summary>Whether a request is not to be sent.</summary>
    public bool AreLeftOut(TranscriptStep step) => _entries.Any(entry => entry.Skip && entry.IsFor(transcript, step));

    /// <summary>What is wrong with the answer to a step; <paramref name="differences"/> is null when it was not sent.</summary>
    public IEnumerable<string> Judge(TranscriptStep step, IReadOnlyList<string>? differences)
    {
        if (differences is null)
        {
            _leftOut++;
            yield break;
        }

        _ = differences.Count == 0 ? _equal++ : _excused++;
        var entries = _entries.Where(entry => entry.IsFor(transcript, step)).ToList();
        var unlisted = differences.Where(difference => !IsExcused(entries, step, difference)).ToList();
        if (unlisted.Count > 0)
        {
            yield return $"{transcript}:{step.Line} {step.Label}: {step.Method} {step.Url}\n    {string.Join("\n    ", unlisted.Take(8))}";
        }
    }

    /// <summary>The lines and paths that are listed and do not differ.</summary>
    public IEnumerable<string> Unneeded() => _entries.Where(entry => !entry.Skip)
        .SelectMany(entry => entry.At[transcript].Select(line => $"line {line}").Concat((entry.Paths ?? []).Select(path => $"path {path}")).Select(use => (Entry: entry, Use: use)))
        .Where(use => !_needed.Contains(use))
        .Select(use => $"{transcript}: {use.Use} is listed and does not differ: take it off the list (\"{use.Entry.Why}\")");

    /// <summary>How many steps were equal, excused and left out.</summary>
    public string Summary(int steps) => $"{transcript}: {steps} steps, {_equal} equal, {_excused} excused in part, {_leftOut} not sent";

    private bool IsExcused(List<AllowedDifference> entries, TranscriptStep step, string difference)
    {
        foreach (var entry in entries)
        {
            if (entry.Covering(difference) is { } path)
            {
                _needed.Add((entry, $"line {step.Line}"));
                _needed.Add((entry, $"path {path}"));
                return true;
            }
        }

        return false;
    }
}
