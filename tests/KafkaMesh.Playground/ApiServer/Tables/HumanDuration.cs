using System.Globalization;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>Durations as kubectl shows them in age columns (duration.HumanDuration of apimachinery).</summary>
internal static class HumanDuration
{
    /// <summary>The time since an RFC 3339 timestamp; <c>&lt;unknown&gt;</c> for none.</summary>
    public static string Since(string? timestamp, DateTimeOffset now) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) ? Text(now - start) : "<unknown>";

    /// <summary>The text of a duration with at most two units.</summary>
    public static string Text(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var (minutes, hours) = ((long)duration.TotalMinutes, (long)duration.TotalHours);
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => $"{seconds}s",
            _ when minutes < 10 => WithRest(minutes, "m", seconds % 60, "s"),
            _ when minutes < 180 => $"{minutes}m",
            _ when hours < 8 => WithRest(hours, "h", minutes % 60, "m"),
            _ when hours < 48 => $"{hours}h",
            _ when hours < 192 => WithRest(hours / 24, "d", hours % 24, "h"),
            _ when hours < 17_520 => $"{hours / 24}d",
            _ when hours < 70_080 => WithRest(hours / 24 / 365, "y", hours / 24 % 365, "d"),
            _ => $"{hours / 24 / 365}y",
        };
    }

    private static string WithRest(long whole, string unit, long rest, string restUnit) => rest == 0 ? $"{whole}{unit}" : $"{whole}{unit}{rest}{restUnit}";
}
