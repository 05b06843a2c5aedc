using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaMesh.Operator.Commands.Clusters;

/// <summary>Durations as kubectl's flags write them: <c>30s</c>, <c>1m30s</c>, <c>2h</c>.</summary>
internal static partial class DurationText
{
    /// <summary>Reads one of at most a day.</summary>
    /// <returns>Null when it is none.</returns>
    public static TimeSpan? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success || text.Length == 0)
            return null;
        var duration = TimeSpan.FromHours(Number("h")) + TimeSpan.FromMinutes(Number("m")) + TimeSpan.FromSeconds(Number("s"));
        return duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(1) ? duration : null;

        int Number(string unit) => match.Groups[unit].Success ? int.Parse(match.Groups[unit].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^((?<h>[0-9]{1,5})h)?((?<m>[0-9]{1,5})m)?((?<s>[0-9]{1,5})s)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
