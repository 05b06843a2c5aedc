using System.Globalization;

namespace KafkaMesh.Operator.Diagnosis;

/// <summary>Spans of time as kubectl writes them.</summary>
internal static class AgeText
{
    /// <summary>Such as <c>45s</c>, <c>12m</c>, <c>5h</c>, <c>3d</c>; negative ones are <c>0s</c>.</summary>
    public static string Of(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalSeconds}s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes}m"),
        { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours}h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays}d"),
    };
}
